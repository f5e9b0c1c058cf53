(() => {
  "use strict";
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (id) => document.getElementById(id);
  const tiles = all(".tile");
  const videos = all("video");
  const isOn = (button) => button.getAttribute("aria-pressed") === "true";

  const countShown = (shown) => {
    one("count").textContent = shown === tiles.length ? `${shown} variants` : `${shown} of ${tiles.length} variants`;
    document.querySelector(".nothing").hidden = shown > 0 || tiles.length === 0;
  };

  const filter = () => {
    const words = one("filter").value.toLowerCase().split(/\s+/).filter(Boolean);
    const failedOnly = isOn(one("failed-only"));
    let shown = 0;
    for (const tile of tiles) {
      const fits = words.every((word) => tile.dataset.search.includes(word));
      tile.hidden = !fits || (failedOnly && !("failed" in tile.dataset));
      shown += tile.hidden ? 0 : 1;
    }
    for (const group of all(".group")) group.hidden = !group.querySelector(".tile:not([hidden])");
    countShown(shown);
  };

  // Only what is on screen plays: fifty decoders at once stop every one of them.
  const onScreen = new IntersectionObserver((changes) => {
    for (const change of changes) {
      change.target.dataset.visible = change.isIntersecting ? "yes" : "";
      if (isOn(one("play"))) play(change.target);
    }
  });
  const play = (video) => {
    if (isOn(one("play")) && video.dataset.visible) {
      video.muted = true;
      video.loop = true;
      video.play().catch(() => {});
    } else {
      if (video.loop) video.muted = video.loop = false;
      video.pause();
    }
  };

  const unplayable = (medium) => {
    const stage = medium.closest(".stage");
    stage.classList.add("is-unplayable");
    stage.querySelector(".unplayable").hidden = false;
  };

  for (const video of videos) {
    onScreen.observe(video);
    // the page shows the frame at half a second; playing starts at the beginning all the same
    video.addEventListener("play", () => { if (video.currentTime < 0.6) video.currentTime = 0; }, { once: true });
  }
  for (const medium of all("video, audio")) {
    const tellLength = () => { medium.dataset.seconds = medium.duration.toFixed(3); };
    if (medium.readyState > 0) tellLength();
    medium.addEventListener("loadedmetadata", tellLength);
    if (medium.error) unplayable(medium);
    medium.addEventListener("error", () => unplayable(medium));
  }
  for (const piece of all(".piece")) {
    const video = piece.closest(".tile").querySelector("video");
    piece.addEventListener("click", () => { video.currentTime = Number(piece.dataset.start) + 0.001; });
  }

  const switches = {
    zones: (on) => document.body.classList.toggle("shows-zones", on),
    play: (on) => { one("play").textContent = on ? "Pause all" : "Play all muted"; videos.forEach(play); },
    "failed-only": filter,
  };
  for (const [id, change] of Object.entries(switches)) {
    one(id).addEventListener("click", () => {
      one(id).setAttribute("aria-pressed", String(!isOn(one(id))));
      change(isOn(one(id)));
    });
  }
  one("zones").hidden = !document.querySelector(".zone");
  one("play").hidden = videos.length === 0;
  one("failed-only").hidden = !document.querySelector("[data-failed]");

  one("filter").addEventListener("input", filter);
  const keys = { z: "zones", p: "play", f: "failed-only" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, video, audio")) {
      if (event.key === "Escape" && event.target === one("filter")) { one("filter").value = ""; filter(); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); one("filter").focus(); }
    else if (event.key in keys && !one(keys[event.key]).hidden) one(keys[event.key]).click();
  });

  document.querySelector(".bar").hidden = false;
  filter();
})();

"""The small words of seven languages, by what they do to a break beside them."""

from __future__ import annotations

LAST = {
    "en": """a an the of to in on at by for from with without into onto over under about through between against
        among and or but nor than as if because my your his her its our their no every each very too more most is
        are was were be been am has have had will would can could shall should may might must do does did don't
        not i'm you're we're they're it's he's she's there's that's let's mr. mrs. ms. dr. st.""",
    "fr": """le la les l' un une des du de d' au aux à en dans sur sous par pour avec sans chez vers entre et ou mais
        ni car que qu' si comme mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs ce cet cette ces ne
        n' très plus est sont était être a ont avait c'est se s' me m' te t' m. mme dr.""",
    "de": """der die das den dem des ein eine einen einem einer eines kein keine keinen in im an am auf aus bei beim
        mit nach von vom vor zu zum zur für über unter durch gegen ohne um bis und oder aber denn dass weil wenn ob
        als wie mein meine dein seine sein ihre ihr unser unsere euer dieser diese dieses jeder jede sehr nicht ist
        sind war hat haben wird herr frau dr.""",
    "es": """el la los las lo un una unos unas de del a al en con sin por para sobre entre hacia hasta desde y e o u
        ni pero que si como porque mi mis tu tus su sus nuestro nuestra este esta ese esa muy más no es son era está
        ha han se sr. sra. dr.""",
    "it": """il lo la i gli le l' un uno una di del della dei delle dello a al alla ai in nel nella con su sul per
        tra fra da dal dalla e ed o ma che se come mio mia tuo suo sua questo questa molto più non è sono ha hanno si
        sig. dott.""",
    "pt": """o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem sobre entre até e
        ou mas que se como meu minha seu sua este esta esse essa muito mais não é são era está ao à sr. sra.""",
    "nl": """de het een 't van in op aan bij met voor naar uit over onder door tegen zonder om te tot en of maar want
        dat als omdat mijn jouw zijn haar ons onze hun deze dit die geen zeer niet is was heeft hebben dhr. mevr.""",
}
"""Never the last of a line or cue where it can be helped: articles, prepositions, conjunctions, auxiliaries."""

SUBJECTS = {
    "en": "i you he she it we they who that this these those",
    "fr": "je j' tu il elle on nous vous ils elles qui",
    "de": "ich du er sie es wir ihr man wer",
    "es": "yo tú él ella usted nosotros ellos ellas quien",
    "it": "io tu lui lei noi voi loro chi",
    "pt": "eu tu ele ela você nós eles elas quem",
    "nl": "ik jij je hij zij ze we wij wie",
}
"""Better not last: they lean on the verb that follows."""

FIRST = {
    "en": """and or but nor so yet because although though while when where which who whom whose that if unless until
        since than as after before of to in on at by for from with without into onto over under about through
        between against among""",
    "fr": """et ou mais ni car donc parce que qui dont où quand lorsque si comme puisque de du des d'un d'une à au aux
        en dans sur sous par pour avec sans chez vers entre après avant""",
    "de": """und oder aber denn sondern dass weil wenn ob als wie während obwohl damit bevor nachdem wo in im an am auf
        aus bei mit nach von vom vor zu zum zur für über unter durch gegen ohne um bis""",
    "es": """y e o u ni pero sino que porque aunque cuando donde mientras si como quien cuyo de del a al en con sin por
        para sobre entre hacia hasta desde""",
    "it": """e ed o ma però che perché quando dove mentre se come cui di del della a al alla in nel nella con su per
        tra fra da dal dalla""",
    "pt": """e ou mas porém que porque quando onde enquanto se como de do da em no na por pelo pela para com sem sobre
        entre até""",
    "nl": """en of maar want dat omdat als wanneer terwijl waar die van in op aan bij met voor naar uit over onder door
        tegen zonder om tot""",
}
"""A break is welcome before these: conjunctions, relatives, prepositions."""

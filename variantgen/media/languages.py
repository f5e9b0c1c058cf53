"""The name of a language as people and containers write it in, its BCP 47 tag out."""

from __future__ import annotations

import re

# ISO 639-1 with the three-letter codes (ISO 639-2, terminology then bibliographic) that containers write for them.
_CODES = """
aa aar,ab abk,ae ave,af afr,ak aka,am amh,an arg,ar ara,as asm,av ava,ay aym,az aze,ba bak,be bel,bg bul,bh bih,bi bis,
bm bam,bn ben,bo bod tib,br bre,bs bos,ca cat,ce che,ch cha,co cos,cr cre,cs ces cze,cu chu,cv chv,cy cym wel,da dan,
de deu ger,dv div,dz dzo,ee ewe,el ell gre,en eng,eo epo,es spa,et est,eu eus baq,fa fas per,ff ful,fi fin,fj fij,
fo fao,fr fra fre,fy fry,ga gle,gd gla,gl glg,gn grn,gu guj,gv glv,ha hau,he heb iw,hi hin,ho hmo,hr hrv scr,ht hat,
hu hun,hy hye arm,hz her,ia ina,id ind in,ie ile,ig ibo,ii iii,ik ipk,io ido,is isl ice,it ita,iu iku,ja jpn,jv jav,
ka kat geo,kg kon,ki kik,kj kua,kk kaz,kl kal,km khm,kn kan,ko kor,kr kau,ks kas,ku kur,kv kom,kw cor,ky kir,la lat,
lb ltz,lg lug,li lim,ln lin,lo lao,lt lit,lu lub,lv lav,mg mlg,mh mah,mi mri mao,mk mkd mac,ml mal,mn mon,mr mar,
ms msa may,mt mlt,my mya bur,na nau,nb nob,nd nde,ne nep,ng ndo,nl nld dut,nn nno,no nor,nr nbl,nv nav,ny nya,oc oci,
oj oji,om orm,or ori,os oss,pa pan,pi pli,pl pol,ps pus,pt por,qu que,rm roh,rn run,ro ron rum,ru rus,rw kin,sa san,
sc srd,sd snd,se sme,sg sag,si sin,sk slk slo,sl slv,sm smo,sn sna,so som,sq sqi alb,sr srp scc,ss ssw,st sot,su sun,
sv swe,sw swa,ta tam,te tel,tg tgk,th tha,ti tir,tk tuk,tl tgl,tn tsn,to ton,tr tur,ts tso,tt tat,tw twi,ty tah,
ug uig,uk ukr,ur urd,uz uzb,ve ven,vi vie,vo vol,wa wln,wo wol,xh xho,yi yid ji,yo yor,za zha,zh zho chi,zu zul
"""
# Languages without two letters that captions come in.
_THREE_LETTERS = {"ast", "bho", "ceb", "chr", "cmn", "fil", "gsw", "haw", "hmn", "kok", "mai", "mni", "nds", "yue"}
_TWO_LETTERS = {code: row.split()[0] for row in _CODES.replace("\n", "").split(",") for code in row.split()}
_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*",
    re.IGNORECASE,
)


def language_tag(written: str) -> str:
    """The BCP 47 tag of a language written as `en`, `EN_us`, `eng` or `zh-hans`; empty for what names none.

    >>> language_tag("por-br")
    'pt-BR'
    """
    match = _TAG.fullmatch(written.strip().replace("_", "-"))
    if match is None:
        return ""
    language = match["language"].lower()
    language = _TWO_LETTERS.get(language, language if language in _THREE_LETTERS else "")
    if not language:
        return ""
    parts = (language, (match["script"] or "").title(), (match["region"] or "").upper())
    return "-".join(part for part in parts if part)


def language_code(language: str) -> str:
    """The ISO 639-2/T code that containers write for a BCP 47 tag, `por` for pt-BR; empty where there is none."""
    name = language.partition("-")[0]
    codes = (code for code, letters in _TWO_LETTERS.items() if letters == name and len(code) == 3)
    return next(codes, name if language_tag(name) else "")

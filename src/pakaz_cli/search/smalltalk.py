"""Words of small talk: greetings, thanks, farewells, fillers, and questions about the program.

A question of nothing else asks nothing of a knowledge base, unless one of its phrasings is the very
same.
"""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.text.words import stem

if TYPE_CHECKING:
    from collections.abc import Collection

_ENGLISH = """
hello hi hey hiya yo greetings good morning afternoon evening night day dear sir madam bro buddy
friend friends thanks thank lot thx ty cheers welcome bye goodbye cya later ok okay
okey k kk alright fine sure yep yeah yup nope nah nice great cool awesome wow lol haha hahaha
hehe hmm hm oh ah uh um well
sorry oops excuse pardon help test testing ping bot robot human assistant name created built made
who whos doing feeling today joke funny bored boring stupid idiot nonsense shut love
"""
_ROMAN_URDU = """
salam salaam assalam assalamu asalam aslam walaikum alaikum alikum alekum aoa wa o u adaab namaste
jee ji haan han acha achha accha theek thik sahi bilkul chalo shukriya shukria meherbani mehrbani
jazakallah inshallah mashallah khuda allah hafiz khudahafiz haal hal naam bhai yaar yar dost janab
sahab sahib bas band karo bakwas suno sunao batao lateefa mazaq achi achay bohat bahut
"""
_AZERBAIJANI = """
salam necesen necesiniz nece sagol sag ol sagolun tesekkur tesekkurler edirem cox xahis he yox
beli yaxsi yaxsiyam ela sabahiniz xeyir gununuz axsaminiz axtam gorusenedek helelik adin adiniz
nedir kimsen kimsiniz bagisla bagislayin dost qardas komek
"""
_URDU = """
سلام السلام علیکم وعلیکم شکریہ خدا اللہ حافظ جی ہاں نہیں ٹھیک اچھا کیسے کیسا کیسی ہیں ہو ہے اپ
تم کیا حال نام کا مہربانی مدد
"""
#: Words that are small talk where there are no others, as `text.words.fold` leaves them.
WORDS = frozenset(f"{_ENGLISH} {_ROMAN_URDU} {_AZERBAIJANI} {_URDU}".split())


def is_small_talk(words: Collection[str]) -> bool:
    """Tell whether some words are small talk and nothing else.

    Stop words alone are not: they may be the end of another question.
    """
    others = [word for word in words if word not in WORDS]
    return len(others) < len(words) and all(stem(word) in STOP_WORDS for word in others)

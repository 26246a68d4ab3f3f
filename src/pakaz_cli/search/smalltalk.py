"""Words of small talk: greetings, thanks, farewells, fillers, and questions about the program.

A question of nothing else asks nothing of a knowledge base, unless one of its phrasings is the very
same.
"""

from __future__ import annotations

from pakaz_cli._typing import TYPE_CHECKING
from pakaz_cli.search.english import STOP_WORDS
from pakaz_cli.text.words import split_words, stem

if TYPE_CHECKING:
    from collections.abc import Iterable

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
salam necəsən necəsiniz necə sağol sağ ol sağolun təşəkkür təşəkkürlər edirəm çox xahiş hə yox bəli
yaxşı yaxşıyam əla sabahınız xeyir gününüz axşamınız axtam görüşənədək hələlik adın adınız nədir
kimsən kimsiniz bağışla bağışlayın dost qardaş kömək
"""
_URDU = """
سلام السلام علیکم وعلیکم شکریہ خدا اللہ حافظ جی ہاں نہیں ٹھیک اچھا کیسے کیسا کیسی ہیں ہو ہے آپ تم
کیا حال نام کا مہربانی مدد
"""
#: The stems of words that are small talk where there are no others.
WORDS = frozenset(
    stem(word) for word in split_words(f"{_ENGLISH} {_ROMAN_URDU} {_AZERBAIJANI} {_URDU}")
)


def is_small_talk(words: Iterable[str]) -> bool:
    """Tell whether some words are small talk and nothing else.

    Stop words alone are not: they may be the end of another question.
    """
    stems = {stem(word) for word in words}
    return bool(stems & WORDS) and stems <= WORDS | STOP_WORDS

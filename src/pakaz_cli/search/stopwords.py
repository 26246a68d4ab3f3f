"""Words that are in every other question: English, and the Roman Urdu that is mixed into it.

They weigh little and never find an entry alone. Words are as `text.stem` leaves them.
"""

from __future__ import annotations

from pakaz_cli.text.words import stem

_ENGLISH = """
a about after all also am an and any are as at be because been before being both but by can cannot
could did do does doing dont for from get gets getting give got had has have having he her here him
his how i if im in into is isnt it its ive just kindly know let like many may me might more most
much must my need no not now of on one only or other our out over per please pls really regarding
say shall she should since so some such take tell than thank thanks that the their them then there
these they thing this those to too under up us use very want was we were what whats when where which
while who whom whose why will with would yes you your
"""
_ROMAN_URDU = """
aap aur bata batao bataye hai hain ho hoga hogi hota ka kab kahan kaise kar karna ke ki kis kisi ko
koi kon kya kyun kyu main mein mera mujhe ne nahi nahin par phir raha rahi rahe se tha thi wala wali
"""

STOP_WORDS = frozenset(stem(word) for word in (_ENGLISH + _ROMAN_URDU).split())

"""Who asks to hear no more in words of their own is heard, and who only sounds like it is not stopped."""

import pytest

from omni.messaging.keywords import Keyword, PrivacyWord, find_keyword, find_privacy_word, is_yes
from omni.messaging.revoking import asks_to_stop
from omni.messaging.tables import rows_of

ASKS = """
stop please|please stop|Please stop!|pls stop|stop it|stop this|stop now|STOP texting me
stop texting|stop messaging me
please stop texting me|can you please stop texting me|could you stop messaging me|I want you to stop texting me
stop contacting me|stop bothering me|stop sending me texts|stop sending me these messages
stop the texts|stop all texts
quit texting me|no more texts|no more|no more messages please|don't text me|dont text me again|Don’t text me anymore
do not text me|do not contact me again|don't send me any more texts|never text me again|take me off
take me off your list|Take me off this list please|please take me off the list
remove me|remove me from your list|please remove my number
delete my number|lose my number|unsubscribe me|please unsubscribe|opt me out|opt out please|leave me alone
cancel these messages|end texts|i don't want these texts|i do not want to receive your messages
I no longer want texts|wrong number|Wrong number!|you have the wrong number
this is the wrong number|sorry wrong number
hi, please stop|ok stop texting me|thanks but please stop texting me|I said stop
no me escriba|No me escriban más|no me escribas más por favor|no me mande más mensajes|no me manden mensajes
ya no me escriba|no me envíe mensajes|por favor no me escriba|no más mensajes|no mas mensajes|deje de escribirme
dejen de mandarme mensajes|deja de molestarme|déjeme en paz|dejenme en paz|ya no quiero mensajes
no quiero recibir más mensajes|no quiero mas mensajes|quíteme de la lista|quitenme de su lista|borre mi número
elimíneme de la lista|quiero darme de baja|dar de baja|número equivocado|numero equivocado|se equivocó de número
equivocado de numero|no moleste|no molesten más|basta|pare por favor|¿puede dejar de escribirme?|hola, no me escriba
"""
DOES_NOT = """
Yes! Let's STOP wasting Mondays, book me in|can't stop smiling|Can’t stop smiling!|I'll stop by tomorrow|stop by at 5?
Should I stop in at 6?|cancel my 6pm class|please cancel my booking|Can I cancel Friday?|the bus stop is full of snow
I had to stop at the shop, late 10 min|don't stop the music haha|never stop learning|we can't stop talking about it
is there a bus stop nearby|stop, really? That is great news|I stopped going on Mondays|nonstop fun yesterday
what time do you stop|does the class end at 7?|how do I end the membership freeze|quit smoking today, feeling great
I quit my job so I have time now|remove my card please|take me off the waitlist for 6pm
please take me off Friday's class|delete the 9 am booking|I don't want to miss it
don't text me the code, email it|text me tomorrow
message me later please|no more spots?|no more than 10 people?
is this the wrong number for the studio?|wrong time, I meant 7|who is this?
not this week|no thanks|not interested in the morning class|leave me a mat please|leave me on the list
Please add me to your list|put me back on the list|end of the month works|the end|help me stop slouching
opt for the evening one|what is the opt in price|unsubscribe from the newsletter is broken on your site, fyi
thanks for texting me|you can text me anytime|stop worrying I'm on my way|ok I will stop and come up
I can't go any more this month|no more questions, thank you so much for helping me out today
no me escribió ayer|no me mandó el horario|mándeme más mensajes|para mañana a las 10|¿para cuándo?|paren en la esquina
no quiero faltar|quiero más información|deje mi bolsa en la clase|dejen la puerta abierta|¿es este el número?
basta con una clase a la semana|alto nivel por favor|la parada del bus|no puedo mañana|no gracias
dar de alta a mi hermana|mi número es otro|ya no hay lugar?|no más tarde de las 8|borre la clase del lunes
"""


def listed(text: str) -> list[str]:
    return [one.strip() for line in text.strip().splitlines() for one in line.split("|")]


@pytest.mark.parametrize("body", listed(ASKS))
def test_soft_phrases(body: str) -> None:
    assert asks_to_stop(body) or find_keyword(body) is Keyword.STOP


@pytest.mark.parametrize("body", listed(DOES_NOT))
def test_false_friends(body: str) -> None:
    assert not asks_to_stop(body) and find_keyword(body) is None


def test_there_are_enough_of_each_in_both_languages() -> None:
    assert len(listed(ASKS)) >= 60 and len(listed(DOES_NOT)) >= 60


def test_every_phrase_says_where_it_is_from() -> None:
    rows = rows_of("stop_phrases.csv")
    assert {row["language"] for row in rows} == {"en", "es"} and all(row["source"].strip() for row in rows)


@pytest.mark.parametrize(
    ("body", "word"),
    [("Privacy", PrivacyWord.PRIVACY), ("my data", None), ("MYDATA", PrivacyWord.MYDATA), ("pause.", PrivacyWord.PAUSE),
     ("DELETE", PrivacyWord.DELETE), ("Yes, delete", None), ("YES DELETE", PrivacyWord.YES_DELETE), ("yes", None)],
)  # fmt: skip
def test_privacy_words(body: str, word: PrivacyWord | None) -> None:
    assert find_privacy_word(body) is word


def test_a_yes_is_a_yes_alone() -> None:
    assert is_yes("Yes!") and is_yes(" YES 👍") and not is_yes("yes please, at 6")

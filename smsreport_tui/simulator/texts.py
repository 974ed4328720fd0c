"""What the activities say, in the languages of their markets; {0} and {1} are where links stand."""

from collections.abc import Mapping

THEMES: tuple[str, ...] = (
    "Spring sale", "Member night", "Delivery news", "Black week", "Price drop", "Back in stock",
    "Club points", "Store opening", "Survey", "Last call",
)  # fmt: skip
SENDERS: tuple[str, ...] = ("MYSHOP", "NordicWear", "+46700999999", "72345", "Café Lune", "GARDEN24")

BODIES: Mapping[str, tuple[str, ...]] = {
    "en": (
        "20% off everything until Sunday. Shop now {0} Stop: {1}",
        "Members first: tonight from 18:00 we open the doors to our spring collection with live music, a glass of "
        "something cold and 30% off the first 200 pieces. Save your seat at {0} and bring a friend. "
        "Do you not want these messages? Unsubscribe at {1}",
        "Your points are worth £12 ✨ Use them before Friday {0} – no thanks: {1}",
    ),
    "sv": (
        "Hej! Nu är det rea på allt: 20 % till söndag. Handla på {0} Avsluta: {1}",
        "Kära medlem, i kväll kl. 18 slår vi upp dörrarna till vårens kollektion. Vi bjuder på musik, något gott att "
        "dricka och 30 % på de första 200 plaggen. Anmäl dig på {0} så håller vi en plats. Vill du inte ha fler sms? "
        "Avsluta på {1}",
        "Dina poäng är värda 120 kr 🎁 Använd dem före fredag: {0} Avsluta: {1}",
    ),
    "no": (
        "Hei! 20 % på alt til søndag. Handle på {0} Meld deg av: {1}",
        "Kjære medlem: i kveld klokken 18 åpner vi dørene for vårens kolleksjon med musikk, noe godt i glasset og "
        "30 % på de 200 første plaggene. Meld deg på {0} så holder vi av en plass. Vil du ikke ha flere meldinger? {1}",
    ),
    "da": (
        "Hej! 20 % på alt indtil søndag. Køb på {0} Afmeld: {1}",
        "Kære medlem: i aften klokken 18 åbner vi dørene for forårets kollektion. Tilmeld dig på {0} – afmeld på {1}",
    ),
    "de": (
        "20 % auf alles bis Sonntag. Jetzt einkaufen: {0} Abmelden: {1}",
        "Liebes Mitglied, heute ab 18 Uhr öffnen wir die Türen für die Frühjahrskollektion: Musik, kühle Getränke "
        "und 30 % auf die ersten 200 Teile. Größe sichern unter {0} – abbestellen unter {1}",
    ),
    "fi": (
        "Hei! Kaikki -20 % sunnuntaihin asti. Osta täältä {0} Lopeta: {1}",
        "Hyvä jäsen! Tänään klo 18 avaamme ovet kevään mallistoon: musiikkia, juotavaa ja -30 % ensimmäisistä 200 "
        "tuotteesta. Ilmoittaudu {0} ja ota ystävä mukaan. Et halua enää viestejä? Lopeta tästä {1}",
    ),
    "fr": (
        "-20 % sur tout jusqu'à dimanche : {0} Stop : {1}",
        "Chère cliente, cher client, ce soir dès 18 h, découvrez la collection de printemps : œuvres, musique et "
        "-30 % sur les 200 premières pièces. Réservez sur {0} – pour ne plus recevoir de messages : {1}",
    ),
    "es": (
        "20 % en todo hasta el domingo: {0} Baja: {1}",
        "¡Hola! Esta tarde a las 18:00 abrimos las puertas de la colección de primavera, con música y un 30 % en las "
        "200 primeras prendas. Reserva tu sitio en {0} y ven con quien quieras. ¿No quieres más mensajes? {1}",
    ),
    "hi": (
        "रविवार तक सब कुछ पर 20% की छूट। अभी खरीदें {0} बंद करें {1}",
        "Members first: 30% off the first 200 pieces tonight from 18:00. Book at {0} - stop at {1}",
    ),
}
LINK_TITLES: tuple[str, ...] = ("Shop", "Unsubscribe", "Store finder")
STOP_WORDS: Mapping[str, str] = {
    "en": "STOP", "sv": "Stopp", "no": "STOPP", "da": "Stop tak", "de": "Stopp!", "fi": "LOPETA",
    "fr": "stop", "es": "BAJA", "hi": "STOP",
}  # fmt: skip
REPLIES: tuple[str, ...] = ("Thanks!", "Who is this?", "👍", "Tack så mycket", "Är ni öppna på söndag?", "ok")

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = frozenset("\f^{}\\[~]|€")


def part_count(text: str) -> int:
    """How many messages the network makes of a text, and so how many it charges."""
    if all(letter in _GSM or letter in _DOUBLE for letter in text):
        return _split([2 if letter in _DOUBLE else 1 for letter in text], 160, 153)
    return _split([2 if ord(letter) > 0xFFFF else 1 for letter in text], 70, 67)


def _split(sizes: list[int], alone: int, each: int) -> int:
    if sum(sizes) <= alone:
        return 1
    parts, used = 1, 0
    for size in sizes:
        if used + size > each:
            parts, used = parts + 1, 0
        used += size
    return parts

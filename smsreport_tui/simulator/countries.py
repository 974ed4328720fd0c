"""The markets of the simulated world: numbers, zones, prices of one message part, names and towns."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """One market; `price` is ten-thousandths of a credit for one part, `prefix` takes seven digits more."""

    code: str
    prefix: str
    zone: str
    price: int
    language: str
    cities: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _country(code: str, prefix: str, zone: str, price: int, language: str, words: str) -> Country:
    cities, first, last = (tuple(part.split()) for part in words.split("|"))
    return Country(code, prefix, zone, price, language, cities, first, last)


# Where a country documents numbers that no subscriber holds, prefixes lead there (US 555, GB 07700 900, FR 06 39 98).
COUNTRIES: dict[str, Country] = {
    country.code: country
    for country in (
        _country(
            "SE", "+46700", "Europe/Stockholm", 55_000, "sv",
            "Lund Malmö Göteborg Umeå Örebro|Anna Erik Åsa Björn Ingrid Gustav Märta Olle"
            "|Berg Lindström Åkesson Nyström Öberg Svensson",
        ),
        _country(
            "NO", "+47400", "Europe/Oslo", 62_500, "no",
            "Oslo Bergen Tromsø Ålesund|Kari Ola Bjørn Sølvi Håkon Ingeborg|Hansen Bakke Ødegård Strøm Lie",
        ),
        _country(
            "DK", "+45200", "Europe/Copenhagen", 48_750, "da",
            "Aarhus Odense Helsingør Rønne|Søren Mette Freja Jørgen Aksel|Jensen Sørensen Møller Kjær",
        ),
        _country(
            "DE", "+491550", "Europe/Berlin", 83_000, "de",
            "Köln München Leipzig Lübeck|Jürgen Sabine Änne Günther Lea|Müller Groß Schäfer Weiß Krämer",
        ),
        _country(
            "FI", "+358450", "Europe/Helsinki", 71_000, "fi",
            "Helsinki Tampere Jyväskylä Oulu|Aino Väinö Päivi Mikko|Virtanen Mäkelä Hämäläinen Korhonen",
        ),
        _country(
            "GB", "+447700", "Europe/London", 40_000, "en",
            "Leeds London Bath Cardiff|Olivia Harry Siân Niamh George|Smith Jones O'Brien Taylor-Reed",
        ),
        _country(
            "FR", "+336399", "Europe/Paris", 69_900, "fr",
            "Lyon Nîmes Besançon Paris|Chloé François Zoé Jérôme|Lefèvre Dupont D'Aubigné Moreau",
        ),
        _country(
            "ES", "+346000", "Europe/Madrid", 75_250, "es",
            "Málaga Cádiz Madrid León|Íñigo María José Begoña|García Núñez Peña Ibáñez",
        ),
        _country(
            "US", "+1555", "America/New_York", 8_325, "en",
            "Boston Austin Portland Denver|Emma Liam Noah Ava Jayden|Johnson Lee Garcia Nguyen Brown",
        ),
        _country(
            "IN", "+91700", "Asia/Kolkata", 2_001, "hi",
            "Pune Mumbai Kochi Delhi|अनिता Rahul Priya संजय|Sharma Patel Iyer सिंह",
        ),
    )
}  # fmt: skip

# A profile's country follows from its number modulo the length, so that a market is found without looking at anybody.
MIX = "SE SE SE SE SE NO NO DK DK DE DE FI FI GB GB FR ES US US IN".split()  # noqa: SIM905 (a row of weights)


@dataclass(frozen=True)
class Market:
    """Whom an activity is meant for, and what it is called."""

    name: str
    codes: tuple[str, ...]

    @property
    def home(self) -> Country:
        """The country whose zone, sender and language the activity has."""
        return COUNTRIES[self.codes[0]]

    @property
    def residues(self) -> tuple[int, ...]:
        return tuple(place for place, code in enumerate(MIX) if code in self.codes)


MARKETS: tuple[Market, ...] = (
    Market("All markets", ("GB", *(code for code in COUNTRIES if code != "GB"))),
    Market("SE", ("SE",)),
    Market("Nordics", ("NO", "SE", "DK", "FI")),
    Market("DE", ("DE",)),
    Market("GB", ("GB",)),
    Market("DK", ("DK",)),
    Market("FR + ES", ("FR", "ES")),
    Market("US", ("US",)),
    Market("FI", ("FI",)),
    Market("IN", ("IN",)),
    Market("ES", ("ES",)),
    Market("NO", ("NO",)),
)

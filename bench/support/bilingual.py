"""Comments in both languages on six matters of a town, and the seeds that officers would give.

Written for this project. Two thirds of the sentences have a word of their seed; the others say the
same in other words, and no language's sentence translates the other's.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.analysis.engine.brief import SeedTerms

_SAID: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "clinic": (
        (
            "The clinic should open in the evening",
            "Doctors are gone by the time I leave work",
            "Longer hours at the health centre would spare us the emergency ward",
            "My mother waits weeks for a doctor at the clinic",
            "Let nurses give vaccinations on Saturdays",
            "An appointment at the health centre takes a month",
        ),
        (
            "نتمنى أن يفتح المركز الصحي أبوابه مساء",
            "لا أجد طبيبا بعد انتهاء الدوام",
            "المواعيد في العيادة بعيدة جدا",
            "العيادة مزدحمة كل صباح",
            "نحتاج إلى ممرضات وأطباء أكثر في المركز الصحي",
            "أمي تنتظر أسابيع حتى يراها الطبيب",
        ),
    ),
    "parking": (
        (
            "There is no parking near the market",
            "Cars stand on the pavement every evening",
            "Parking fees are too high for shop workers",
            "Build a parking garage behind the mosque",
            "Visitors circle the block for half an hour",
            "Residents need parking permits",
        ),
        (
            "لا توجد مواقف سيارات قرب السوق",
            "السيارات تقف على الأرصفة كل مساء",
            "رسوم المواقف مرتفعة على العاملين في المحلات",
            "ابنوا مبنى مواقف متعدد الطوابق",
            "ندور نصف ساعة بحثا عن مكان للسيارة",
            "نطلب تصاريح مواقف للسكان",
        ),
    ),
    "trees": (
        (
            "Plant trees along the school road",
            "Children play in the sun because there is no shade",
            "The park needs more trees and benches",
            "Old palms were cut down and nobody replaced them",
            "A green belt would cool the whole quarter",
            "More shade and trees at the bus stops",
        ),
        (
            "ازرعوا أشجارا على طريق المدرسة",
            "لا ظل يحمي الأطفال من الشمس",
            "الحديقة بحاجة إلى أشجار ومقاعد",
            "قطعت أشجار النخيل القديمة ولم يعوضها أحد",
            "حزام أخضر يلطف حرارة الحي كله",
            "نريد ظلا وأشجارا عند المحطات",
        ),
    ),
    "waste": (
        (
            "Waste bins overflow before the weekend",
            "Collect the rubbish twice a week in summer",
            "There is nowhere to bring glass and paper",
            "Rubbish burns behind the workshops",
            "Recycling containers for every street please",
            "The smell from the containers is unbearable",
        ),
        (
            "حاويات القمامة تمتلئ قبل نهاية الأسبوع",
            "اجمعوا النفايات مرتين في الأسبوع صيفا",
            "لا مكان نضع فيه الزجاج والورق",
            "تحرق القمامة خلف الورش",
            "نريد حاويات لإعادة تدوير النفايات في كل شارع",
            "الرائحة لا تطاق قرب الحاويات",
        ),
    ),
    "buses": (
        (
            "The bus to the university comes once an hour",
            "A bus lane would make the trip faster than by car",
            "Drivers do not stop for wheelchairs",
            "Buses should run until midnight",
            "Tickets for students must be cheaper",
            "We need a bus from the villages to the hospital",
        ),
        (
            "الحافلة إلى الجامعة تأتي مرة كل ساعة",
            "خصصوا مسارا للحافلات حتى تكون أسرع من السيارة",
            "السائق لا يتوقف لأصحاب الكراسي المتحركة",
            "نتمنى أن تعمل الحافلات حتى منتصف الليل",
            "التذاكر غالية على الطلاب",
            "نحتاج إلى حافلة من القرى إلى المستشفى",
        ),
    ),
    "noise": (
        (
            "Noise from the construction site starts at five",
            "Motorbikes race past our windows all night",
            "Nobody sleeps because of the noise of the generators",
            "Limit loudspeakers at weddings after ten",
            "The workshops are too loud for a quarter with families",
            "Measure the noise at the school",
        ),
        (
            "ضجيج موقع البناء يبدأ الخامسة فجرا",
            "دراجات نارية تتسابق تحت نوافذنا طوال الليل",
            "لا أحد ينام من ضجيج المولدات",
            "حددوا استعمال مكبرات الصوت بعد العاشرة",
            "أصوات الورش مزعجة وسط بيوت العائلات",
            "قيسوا مستوى الضجيج عند المدرسة",
        ),
    ),
}
SEEDS = (
    SeedTerms(theme="clinic", en=("clinic", "health", "doctor"), ar=("عيادة", "صحي", "طبيب")),
    SeedTerms(theme="parking", en=("parking",), ar=("مواقف", "سيارات")),
    SeedTerms(theme="trees", en=("trees", "shade"), ar=("أشجار", "ظل")),
    SeedTerms(theme="waste", en=("waste", "rubbish"), ar=("نفايات", "قمامة")),
    SeedTerms(theme="buses", en=("bus",), ar=("حافلة", "حافلات")),
    SeedTerms(theme="noise", en=("noise",), ar=("ضجيج",)),
)
_BEFORE = {
    "en": ("", "I live here: ", "Since last year the same. ", "To the council: "),
    "ar": ("", "أسكن هنا: ", "منذ العام الماضي والحال كما هو. ", "إلى المجلس: "),
}


class Said(NamedTuple):
    """A comment, its language, and what it is on."""

    text: str
    language: str
    matter: str


def bilingual() -> Iterator[Said]:
    """All sentences, each in four settings."""
    for matter, both in _SAID.items():
        for language, sentences in zip(("en", "ar"), both, strict=True):
            for sentence in sentences:
                for before in _BEFORE[language]:
                    yield Said(before + sentence, language, matter)

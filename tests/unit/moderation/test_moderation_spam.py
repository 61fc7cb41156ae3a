"""Adverts and noise are held; a source, a complaint about prices or laughter is not."""

import pytest

from services.moderation.model.screening import screen


@pytest.mark.parametrize(
    "text",
    [
        "Buy cheap followers, order now https://x.example.com",
        "قرض فوري بدون كفيل سجل الآن https://x.example.com",
        "خصم وعروض وتوصيل مجاني ومنتج طبيعي مضمون، اطلب الآن وتابعنا",
        "https://a.example https://b.example https://c.example https://d.example",
        "اااااااااااااااااااااااااااااااااا",
        "vote vote vote vote vote vote vote vote vote vote vote",
        "asdfghjkl asdfgh qwerty",
        "شسيبلاتنم شسيب ضصثق",
        "hkjdfhg skdjfhsdkjfh ksjdhf",
    ],
)
def test_adverts_and_noise_are_held(text: str) -> None:
    screening = screen(text)
    assert screening.outcome == "hold"
    assert [reason.code for reason in screening.reasons] == ["spam"]
    assert screening.reasons[0].spans


@pytest.mark.parametrize(
    "text",
    [
        "See the study at https://www.example.org/report.pdf before you decide",
        "الأسعار مرتفعة والعروض قليلة، والسعر لا يناسب المتقاعدين",
        "قرض الإسكان لا يكفي، وأطالب بزيادة القرض",
        "https://a.example and https://b.example disagree",
        "هههههههههههههههههههههههههههههههههه",
        "الأسنان الأسنان الأسنان! مواعيدها بعد نص سنة",
        "No!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!",
        "خخخخخ خهخخحههخخخهخهخ ههههههههههههههه",
        "ههخههخخهخهه خههخهخ خهخهخهخه",
        "HTTPS, HTML, XHTML, SMTP: the GDPR of the BBC and the NHS",
        "Were we there, you were free",
    ],
)
def test_sources_complaints_and_laughter_are_published(text: str) -> None:
    assert screen(text).outcome == "publish"

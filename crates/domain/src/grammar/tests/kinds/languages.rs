//! Words of dates in other languages are told.

use super::*;

#[test]
fn a_line_with_words_of_a_date_in_another_language_is_told() {
    let lines = [
        "Müll montags rausbringen",
        "sport tous les lundis",
        "payer fin du mois",
        "спортзал по вторникам",
        "сдать до пятницы",
        "月末 払う",
        "15号 开会",
        "운동 매주",
        "회의 금요일",
        "comprare pane dopodomani",
        "pagare fine mese",
        "academia todo dia",
        "sporten elke dag",
        "zakupy pojutrze",
        "bieganie codziennie",
        "trening hver dag",
        "träning varje dag",
        "cvičení každý den",
        "piață mâine",
        "curs vineri",
        "зустріч у п'ятницу",
        "зустріч у п'ятницю",
        "פגישה ביום שישי",
        "kokous perjantaina",
        "osta maitoa huomenna",
        "megbeszélés pénteken",
        "bevásárlás holnap",
        "họp ngày mai",
        "họp thứ sáu",
        "ประชุม พรุ่งนี้",
        "rapat besok",
        "rapat jumat",
        "bumili bukas",
        "mkutano kesho",
        "جلسه فردا",
    ];
    let mut wrong = Vec::new();
    for line in lines {
        let said = quick_add(line, &wednesday()).warnings();
        if !said
            .iter()
            .any(|said| said.starts_with("dates are read in English"))
        {
            wrong.push(format!("{line}: {said:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

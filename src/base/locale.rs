//! Dates, numbers, plurals, sorting and writing direction of a language, by ICU. It must not know the machine's own
//! locale.
//!
//! Formatters are expensive to create, so one [`Locale`] is created per site and shared. The calendar is always
//! Gregorian, because addresses use its dates.

use std::cmp::Ordering;

use icu_calendar::types::Weekday;
use icu_calendar::week::WeekInformation;
use icu_calendar::{Date, Gregorian};
use icu_collator::options::{CollatorOptions, Strength};
use icu_collator::{Collator, CollatorBorrowed, CollatorPreferences};
use icu_datetime::fieldsets::{E, M, Y, YM, YMD, YMDE};
use icu_datetime::{DateTimeFormatterLoadError, DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter};
use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_locale::{LanguageIdentifier, LocaleDirectionality, LocaleExpander};
use icu_plurals::{PluralCategory, PluralRules};

use super::date::Day;
pub use super::language::canonical_tag;

type Formatter<F> = FixedCalendarDateTimeFormatter<Gregorian, F>;

/// The formatters of one language.
pub struct Locale {
    /// The tag as written in the configuration, in canonical case.
    pub tag: String,
    /// The writing direction: `ltr` or `rtl`.
    pub dir: &'static str,
    full: Formatter<YMDE>,
    long: Formatter<YMD>,
    medium: Formatter<YMD>,
    short: Formatter<YMD>,
    year: Formatter<Y>,
    month_year: Formatter<YM>,
    month: Formatter<M>,
    month_short: Formatter<M>,
    weekday: Formatter<E>,
    weekday_short: Formatter<E>,
    decimal: DecimalFormatter,
    plurals: PluralRules,
    collator: CollatorBorrowed<'static>,
    letters: CollatorBorrowed<'static>,
    first_weekday: Weekday,
}

/// How much of a date to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateLength {
    /// With the weekday.
    Full,
    Long,
    Medium,
    Short,
}

/// Returns `rtl` or `ltr` for a canonical tag, by its likely script.
pub fn direction(tag: &str) -> &'static str {
    let rtl = LanguageIdentifier::try_from_str(tag)
        .is_ok_and(|id| LocaleDirectionality::new_extended().is_right_to_left(&id));
    if rtl { "rtl" } else { "ltr" }
}

/// Returns the tag and its ever shorter parents. If a region implies another script, adds tags with that script:
/// `zh-HK` → `zh-HK`, `zh-Hant-HK`, `zh-Hant`, `zh`.
pub fn fallbacks(tag: &str) -> Vec<String> {
    let mut chain = vec![tag.to_owned()];
    if let Ok(mut id) = LanguageIdentifier::try_from_str(tag) {
        if id.script.is_none() {
            LocaleExpander::new_extended().maximize(&mut id);
            chain.extend(Some(id.to_string()).filter(|t| t != tag));
        }
        let region_less = LanguageIdentifier { region: None, ..id.clone() };
        let script_less = LanguageIdentifier { script: None, ..region_less.clone() };
        for tag in [region_less.to_string(), script_less.to_string()] {
            if !chain.contains(&tag) {
                chain.push(tag);
            }
        }
    }
    chain
}

impl Locale {
    /// Creates the formatters for a canonical tag. Fails only if the compiled data is broken; `Err` describes how.
    pub fn new(tag: &str) -> Result<Locale, String> {
        let locale: icu_locale::Locale = tag.parse().map_err(|e: icu_locale::ParseError| e.to_string())?;
        let date = || DateTimeFormatterPreferences::from(&locale);
        let loaded = |e: DateTimeFormatterLoadError| e.to_string();
        let mut by_letter = CollatorOptions::default();
        by_letter.strength = Some(Strength::Primary);
        Ok(Locale {
            tag: tag.to_owned(),
            dir: direction(tag),
            full: Formatter::try_new(date(), YMDE::long()).map_err(loaded)?,
            long: Formatter::try_new(date(), YMD::long()).map_err(loaded)?,
            medium: Formatter::try_new(date(), YMD::medium()).map_err(loaded)?,
            short: Formatter::try_new(date(), YMD::short()).map_err(loaded)?,
            year: Formatter::try_new(date(), Y::long()).map_err(loaded)?,
            month_year: Formatter::try_new(date(), YM::long()).map_err(loaded)?,
            month: Formatter::try_new(date(), M::long()).map_err(loaded)?,
            month_short: Formatter::try_new(date(), M::medium()).map_err(loaded)?,
            weekday: Formatter::try_new(date(), E::long()).map_err(loaded)?,
            weekday_short: Formatter::try_new(date(), E::short()).map_err(loaded)?,
            decimal: DecimalFormatter::try_new((&locale).into(), Default::default()).map_err(|e| e.to_string())?,
            plurals: PluralRules::try_new_cardinal((&locale).into()).map_err(|e| e.to_string())?,
            collator: Collator::try_new(CollatorPreferences::from(&locale), CollatorOptions::default())
                .map_err(|e| e.to_string())?,
            letters: Collator::try_new(CollatorPreferences::from(&locale), by_letter).map_err(|e| e.to_string())?,
            first_weekday: WeekInformation::try_new((&locale).into()).map_err(|e| e.to_string())?.first_weekday,
        })
    }

    /// Formats a day: `March 24, 2021`.
    pub fn day(&self, day: Day, length: DateLength) -> String {
        let formatter = match length {
            DateLength::Full => return self.full.format(&gregorian(day)).to_string(),
            DateLength::Long => &self.long,
            DateLength::Medium => &self.medium,
            DateLength::Short => &self.short,
        };
        formatter.format(&gregorian(day)).to_string()
    }

    /// Formats a year: `2021`.
    pub fn year(&self, day: Day) -> String {
        self.year.format(&gregorian(day)).to_string()
    }

    /// Formats a month with its year: `March 2021`.
    pub fn month_year(&self, day: Day) -> String {
        self.month_year.format(&gregorian(day)).to_string()
    }

    /// Returns the long and short name of a month: `March`, `Mar`.
    pub fn month(&self, month: i8) -> (String, String) {
        let day = gregorian(jiff::civil::date(2001, month, 1));
        (self.month.format(&day).to_string(), self.month_short.format(&day).to_string())
    }

    /// Returns the long and short names of the seven weekdays, from the locale's first weekday.
    pub fn weekdays(&self) -> Vec<(String, String)> {
        // 1 January 2001 was a Monday.
        let first = self.first_weekday as i8;
        (0..7)
            .map(|i| gregorian(jiff::civil::date(2001, 1, first + i)))
            .map(|day| (self.weekday.format(&day).to_string(), self.weekday_short.format(&day).to_string()))
            .collect()
    }

    /// Returns the number of days between the start of the week and the first of the month: 0 to 6.
    pub fn week_offset(&self, day: Day) -> usize {
        let weekday = i32::from(day.weekday().to_monday_one_offset());
        (weekday - self.first_weekday as i32).rem_euclid(7) as usize
    }

    /// Formats a number with the locale's digits and grouping.
    pub fn number(&self, n: i64) -> String {
        self.decimal.format(&Decimal::from(n)).to_string()
    }

    /// Returns the plural category: `zero one two few many other`.
    pub fn plural(&self, n: i64) -> &'static str {
        match self.plurals.category_for(n.unsigned_abs()) {
            PluralCategory::Zero => "zero",
            PluralCategory::One => "one",
            PluralCategory::Two => "two",
            PluralCategory::Few => "few",
            PluralCategory::Many => "many",
            PluralCategory::Other => "other",
        }
    }

    /// Compares labels. Ties are broken by bytes, so that the order is total.
    pub fn compare(&self, a: &str, b: &str) -> Ordering {
        self.collator.compare(a, b).then_with(|| a.cmp(b))
    }

    /// Returns whether the language treats two letters as the same, ignoring diacritics and case.
    pub fn same_letter(&self, a: &str, b: &str) -> bool {
        self.letters.compare(a, b).is_eq()
    }
}

fn gregorian(day: Day) -> Date<Gregorian> {
    Date::try_new_gregorian(day.year().into(), day.month() as u8, day.day() as u8)
        .expect("invariant: a civil day is a Gregorian date")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test each part separately, so that a failure says which. Days 1 to 12 of each month, because some languages
    /// inflect.
    #[test]
    fn every_part_of_a_date_can_be_printed() {
        for tag in
            ["en", "ja", "pt", "pt-BR", "pt-PT", "es", "fr", "de", "ar", "fa", "th", "zh-Hant", "my", "km", "hi", "eo"]
        {
            let locale = Locale::new(tag).unwrap();
            for month in 1..=12 {
                let day = jiff::civil::date(2021, month, month);
                let texts = [
                    locale.day(day, DateLength::Full),
                    locale.day(day, DateLength::Long),
                    locale.day(day, DateLength::Medium),
                    locale.day(day, DateLength::Short),
                    locale.year(day),
                    locale.month_year(day),
                    locale.month(month).0,
                    locale.month(month).1,
                ];
                assert!(texts.iter().all(|text| !text.is_empty() && !text.contains('{')), "{tag}: {texts:?}");
            }
            assert_eq!(locale.weekdays().len(), 7, "{tag}");
        }
    }

    #[test]
    fn localises() {
        let day = jiff::civil::date(2021, 3, 24);
        let en = Locale::new("en").unwrap();
        assert_eq!(en.day(day, DateLength::Long), "March 24, 2021");
        assert_eq!(en.month(3), ("March".into(), "Mar".into()));
        assert_eq!(en.number(12345), "12,345");
        assert_eq!((en.plural(1), en.plural(2)), ("one", "other"));
        assert_eq!(en.weekdays()[0].0, "Sunday");
        assert_eq!(en.week_offset(day), 3);
        let ja = Locale::new("ja").unwrap();
        assert_eq!(ja.day(day, DateLength::Long), "2021年3月24日");
        for (tag, full) in [
            ("ar", "الأربعاء، 24 مارس 2021"),
            ("de", "Mittwoch, 24. März 2021"),
            ("en", "Wednesday, March 24, 2021"),
            ("es", "miércoles, 24 de marzo de 2021"),
            ("fr", "mercredi 24 mars 2021"),
            ("ja", "2021年3月24日水曜日"),
            ("ko", "2021년 3월 24일 수요일"),
            ("ru", "среда, 24 марта 2021\u{202f}г."),
            ("zh-Hans", "2021年3月24日星期三"),
            ("zh-Hant", "2021年3月24日星期三"),
        ] {
            assert_eq!(Locale::new(tag).unwrap().day(day, DateLength::Full), full, "{tag}");
        }
        let sv = Locale::new("sv").unwrap();
        assert!(en.same_letter("å", "a") && en.same_letter("É", "e") && !sv.same_letter("å", "a"));
        assert_eq!(direction("ar"), "rtl");
        assert_eq!(direction("az-Arab"), "rtl");
        assert_eq!(direction("ja"), "ltr");
    }

    #[test]
    fn tags() {
        assert_eq!(canonical_tag("ja"), Some("ja".into()));
        assert_eq!(canonical_tag("ZH-hans"), Some("zh-Hans".into()));
        assert_eq!(canonical_tag("old"), Some("old".into()));
        assert_eq!(canonical_tag("v2"), None);
        assert_eq!(canonical_tag("draft"), None);
        assert_eq!(fallbacks("zh-HK"), ["zh-HK", "zh-Hant-HK", "zh-Hant", "zh"]);
        assert_eq!(fallbacks("ja"), ["ja", "ja-Jpan-JP", "ja-Jpan"]);
    }
}

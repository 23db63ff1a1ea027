//! Time zones by their IANA names, and suggestions for other names. It must not know the machine's own zone.

use jiff::tz::TimeZone;

use super::diag;

/// Time zones for abbreviations, offsets and countries that people write.
const ABBREVIATED: [(&str, &str); 14] = [
    ("JST JP Japan +09:00 +0900 UTC+9 UTC+09:00 GMT+9 日本", "Asia/Tokyo"),
    ("KST KR Korea UTC+9:00", "Asia/Seoul"),
    ("CN China PRC Beijing Peking UTC+8 UTC+08:00 GMT+8 +08:00 +0800 中国", "Asia/Shanghai"),
    ("HKT", "Asia/Hong_Kong"),
    ("IST India +05:30 +0530 UTC+5:30 UTC+05:30", "Asia/Kolkata"),
    ("ICT Thailand +07:00 +0700 UTC+7 UTC+07:00 GMT+7", "Asia/Bangkok"),
    ("MSK Russia +03:00 +0300 UTC+3 UTC+03:00 GMT+3", "Europe/Moscow"),
    ("CEST Germany +01:00 +0100 UTC+1 UTC+01:00 GMT+1", "Europe/Berlin"),
    ("BST UK England Britain", "Europe/London"),
    ("EDT ET Eastern -05:00 -0500 UTC-5 UTC-05:00 GMT-5", "America/New_York"),
    ("CDT CT Central -06:00 -0600 UTC-6 UTC-06:00 GMT-6", "America/Chicago"),
    ("MDT MT Mountain -07:00 -0700 UTC-7 UTC-07:00 GMT-7", "America/Denver"),
    ("PST PDT PT Pacific -08:00 -0800 UTC-8 UTC-08:00 GMT-8", "America/Los_Angeles"),
    ("Z UTC+0 +00:00 +0000 local", "UTC"),
];

/// Returns a time zone by its name. `Err` is a suggestion, such as `Asia/Tokyo` for `Tokyo`.
pub fn named(name: &str) -> Result<TimeZone, Option<String>> {
    TimeZone::get(name).map_err(|_| {
        let is = |(names, _): &&(&str, &str)| names.split(' ').any(|known| known.eq_ignore_ascii_case(name.trim()));
        if let Some((_, zone)) = ABBREVIATED.iter().find(is) {
            return Some(format!("did you mean `{zone}`?"));
        }
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
        let city = |zone: &&String| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name));
        let meant = known.iter().find(city).map(|zone| format!("did you mean `{zone}`?"));
        let near = |zone: &&String| zone.rsplit('/').next().is_some_and(|city| strsim::osa_distance(city, name) == 1);
        let meant = meant.or_else(|| known.iter().find(near).map(|zone| format!("did you mean `{zone}`?")));
        meant.or_else(|| diag::did_you_mean(name, known.iter().map(String::as_str)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_for_a_zone() {
        for (_, zone) in ABBREVIATED {
            assert!(named(zone).is_ok(), "{zone}");
        }
        for (written, zone) in [
            ("JST", "Asia/Tokyo"),
            ("jst", "Asia/Tokyo"),
            ("+09:00", "Asia/Tokyo"),
            ("GMT+9", "Asia/Tokyo"),
            ("Tokyo", "Asia/Tokyo"),
            ("Asia/Bangok", "Asia/Bangkok"),
            ("IST", "Asia/Kolkata"),
        ] {
            assert_eq!(named(written), Err(Some(format!("did you mean `{zone}`?"))), "{written}");
        }
        for name in ["EST", "UTC", "Asia/Tokyo"] {
            assert!(named(name).is_ok(), "{name}");
        }
    }
}

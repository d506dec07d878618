//! Decimal text to integers, eight digits at a time.

use super::tally::BadValue;

const ZEROS: u64 = 0x3030_3030_3030_3030;
const HIGH_NIBBLES: u64 = 0xf0f0_f0f0_f0f0_f0f0;
const SIXES: u64 = 0x0606_0606_0606_0606;

/// The number that `padded[start..end]` spells in decimal digits, at most `max`.
///
/// `padded` must be readable for 16 bytes from `start`; leading zeros are digits like others.
///
/// # Errors
/// When there is anything but digits, or the number is larger than `max`.
#[inline(always)]
pub(super) fn parse(padded: &[u8], start: usize, end: usize, max: u64) -> Result<u64, BadValue> {
    let len = end - start;
    let value = if len <= 8 {
        eight_digits(word(padded, start), len).ok_or(BadValue::NotANumber)?
    } else if len <= 16 {
        // The last eight digits in one word, what precedes them in another.
        let high = eight_digits(word(padded, start), len - 8);
        let low = eight_digits(word(padded, end - 8), 8);
        match (high, low) {
            (Some(high), Some(low)) => high * 100_000_000 + low,
            _ => return Err(BadValue::NotANumber),
        }
    } else {
        long(&padded[start..end])?
    };
    if value <= max { Ok(value) } else { Err(BadValue::OutOfRange) }
}

#[inline(always)]
fn word(padded: &[u8], at: usize) -> u64 {
    let bytes: [u8; 8] = padded[at..at + 8].try_into().expect("a slice of eight bytes");
    u64::from_le_bytes(bytes)
}

/// The first `len` bytes of `word` (1 to 8) as a number, if they are all digits.
///
/// The digits are moved to the top of the word and the room below is filled with '0's, which stand in front of the
/// number; neighbouring digits are then added up in three multiplications (pairs, fours, eight).
#[inline(always)]
fn eight_digits(word: u64, len: usize) -> Option<u64> {
    if len == 0 {
        return None;
    }
    let shift = 64 - 8 * len as u32;
    let digits = (word << shift) | (ZEROS & !(u64::MAX << shift));
    if digits & HIGH_NIBBLES != ZEROS || digits.wrapping_add(SIXES) & HIGH_NIBBLES != ZEROS {
        return None;
    }
    let pairs = (digits & 0x0f0f_0f0f_0f0f_0f0f).wrapping_mul(2561) >> 8;
    let fours = (pairs & 0x00ff_00ff_00ff_00ff).wrapping_mul(6_553_601) >> 16;
    Some((fours & 0x0000_ffff_0000_ffff).wrapping_mul(42_949_672_960_001) >> 32)
}

/// More than sixteen characters: rare, so plainly.
#[cold]
fn long(text: &[u8]) -> Result<u64, BadValue> {
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(BadValue::NotANumber);
    }
    let mut value: u64 = 0;
    for digit in text {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(u64::from(digit - b'0')))
            .ok_or(BadValue::OutOfRange)?;
    }
    Ok(value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse_text(text: &str, max: u64) -> Result<u64, BadValue> {
        let mut padded = b"7 ".to_vec();
        padded.extend(text.bytes());
        padded.extend([b' '; 16]);
        parse(&padded, 2, 2 + text.len(), max)
    }

    #[test]
    fn the_border_of_each_type_is_the_last_number_taken() {
        assert_eq!(parse_text("2147483647", i32::MAX as u64), Ok(2147483647));
        assert_eq!(parse_text("2147483648", i32::MAX as u64), Err(BadValue::OutOfRange));
        assert_eq!(parse_text("9223372036854775807", i64::MAX as u64), Ok(9223372036854775807));
        assert_eq!(parse_text("9223372036854775808", i64::MAX as u64), Err(BadValue::OutOfRange));
        assert_eq!(parse_text("99999999999999999999999999", i64::MAX as u64), Err(BadValue::OutOfRange));
        assert_eq!(parse_text("0000000000000000000000000443", i32::MAX as u64), Ok(443));
    }

    #[test]
    fn only_digits_are_numbers() {
        for text in ["-", "-1", "+1", "1.0", "1e3", "0x10", "12a", "a", "12345678/", "12345678:", "１", "1,000"] {
            assert_eq!(parse_text(text, u64::MAX), Err(BadValue::NotANumber), "{text}");
        }
    }

    proptest! {
        #[test]
        fn digits_of_every_length_are_read_as_std_reads_them(number in any::<u64>(), zeros in 0usize..20) {
            let text = format!("{}{number}", "0".repeat(zeros));
            prop_assert_eq!(parse_text(&text, u64::MAX), Ok(number));
        }

        #[test]
        fn any_text_is_judged_as_std_judges_it(text in "[0-9./:+ -]{1,22}") {
            let expected = text.parse::<u64>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(parse_text(&text, u64::MAX).ok(), expected);
        }
    }
}

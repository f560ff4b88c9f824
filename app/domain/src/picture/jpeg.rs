//! Whether finished bytes are a JPEG that tells nothing beside the picture (ITU-T T.81, annex B).
//!
//! A camera writes where and when a picture was taken, by which phone, and a small copy of what was
//! cut away; a phone of ours removes all that, and here nothing else gets through. Allowed are what
//! draws the picture, the plain JFIF header without a small copy, and a colour profile.

/// Most pixels of either side.
pub const MAX_SIDE: u16 = 2048;

/// Start of the image.
const START: [u8; 2] = [0xff, 0xd8];
/// End of the image.
const END: u8 = 0xd9;
/// Start of a scan: its parameters, then coded data until the next marker.
const SCAN: u8 = 0xda;
/// How long a plain JFIF header is: name, version, density, no small copy.
const JFIF_BYTES: usize = 14;

/// The size of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sides {
    /// From left to right.
    pub width: u16,
    /// From top to bottom.
    pub height: u16,
}

/// Why bytes are not taken as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// They are no JPEG that browsers show, or more follows after its end.
    #[error("no JPEG")]
    NoJpeg,
    /// They hold more than the picture.
    #[error("holds more than the picture")]
    Metadata,
    /// A side is 0 or longer than [`MAX_SIDE`].
    #[error("a side is too long")]
    TooWide,
}

/// Checks the bytes of a finished picture and reads its size.
///
/// # Errors
/// [`Unfit`].
pub fn check(jpeg: &[u8]) -> Result<Sides, Unfit> {
    let mut rest = jpeg.strip_prefix(&START).ok_or(Unfit::NoJpeg)?;
    let mut sides = None;
    let mut was_drawn = false;
    loop {
        let (code, after) = marker(rest)?;
        if code == END {
            return match sides {
                Some(sides) if was_drawn && after.is_empty() => Ok(sides),
                _ => Err(Unfit::NoJpeg),
            };
        }
        let (body, after) = segment(after)?;
        rest = after;
        match code {
            // Baseline, extended and progressive frames: those that browsers show.
            0xc0..=0xc2 if sides.is_none() => sides = Some(frame(body)?),
            SCAN if sides.is_some() => {
                rest = behind_scan(rest)?;
                was_drawn = true;
            }
            // Huffman tables, quantisation tables, restart interval.
            0xc4 | 0xdb | 0xdd => {}
            0xe0 if is_plain_jfif(body) => {}
            0xe2 if body.starts_with(b"ICC_PROFILE\0") => {}
            // Application data (Exif, XMP, IPTC, maker's notes …) and comments.
            0xe0..=0xef | 0xfe => return Err(Unfit::Metadata),
            _ => return Err(Unfit::NoJpeg),
        }
    }
}

/// The code of the marker that comes next, and what follows it.
fn marker(bytes: &[u8]) -> Result<(u8, &[u8]), Unfit> {
    match bytes {
        [0xff, code, rest @ ..] => Ok((*code, rest)),
        _ => Err(Unfit::NoJpeg),
    }
}

/// The body of a segment, whose length counts its own two bytes, and what follows it.
fn segment(bytes: &[u8]) -> Result<(&[u8], &[u8]), Unfit> {
    let (length, _) = bytes.split_first_chunk::<2>().ok_or(Unfit::NoJpeg)?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (segment, rest) = bytes.split_at_checked(length).ok_or(Unfit::NoJpeg)?;
    let body = segment.get(2..).ok_or(Unfit::NoJpeg)?;
    Ok((body, rest))
}

/// The sides that a frame's header tells: of eight bits a colour, grey or in three components.
fn frame(body: &[u8]) -> Result<Sides, Unfit> {
    let [8, h1, h0, w1, w0, components @ (1 | 3), parts @ ..] = body else {
        return Err(Unfit::NoJpeg);
    };
    if parts.len() != 3 * usize::from(*components) {
        return Err(Unfit::NoJpeg);
    }
    let sides =
        Sides { width: u16::from_be_bytes([*w1, *w0]), height: u16::from_be_bytes([*h1, *h0]) };
    let fits = |side: u16| (1..=MAX_SIDE).contains(&side);
    if fits(sides.width) && fits(sides.height) { Ok(sides) } else { Err(Unfit::TooWide) }
}

/// What follows a scan's coded data: in it, `ff` stands before `00` and the restart markers only.
fn behind_scan(bytes: &[u8]) -> Result<&[u8], Unfit> {
    let is_marker = |pair: &[u8]| matches!(pair, [0xff, code] if !matches!(*code, 0 | 0xd0..=0xd7));
    let end = bytes.windows(2).position(is_marker).ok_or(Unfit::NoJpeg)?;
    bytes.get(end..).ok_or(Unfit::NoJpeg)
}

/// Whether a header is JFIF's and has no room for a small copy.
fn is_plain_jfif(body: &[u8]) -> bool {
    body.len() == JFIF_BYTES && body.starts_with(b"JFIF\0") && body.ends_with(&[0, 0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn part(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
        [[0xff, marker].as_slice(), &length, body].concat()
    }

    fn jfif(small_copy: u8) -> Vec<u8> {
        let head = [b"JFIF\0".as_slice(), &[1, 2, 0, 0, 72, 0, 72, small_copy, small_copy]];
        part(0xe0, &head.concat())
    }

    fn size(width: u16, height: u16) -> Vec<u8> {
        let [h1, h0] = height.to_be_bytes();
        let [w1, w0] = width.to_be_bytes();
        part(0xc0, &[8, h1, h0, w1, w0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
    }

    fn scan(data: &[u8]) -> Vec<u8> {
        [part(SCAN, &[3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]).as_slice(), data].concat()
    }

    /// What a browser's canvas makes, with more segments behind the header.
    fn picture(more: &[u8]) -> Vec<u8> {
        [
            START.as_slice(),
            &jfif(0),
            more,
            &part(0xdb, &[0; 65]),
            &size(640, 480),
            &part(0xc4, &[0; 28]),
            &scan(&[1, 0xff, 0, 2, 0xff, 0xd3, 3]),
            &[0xff, END],
        ]
        .concat()
    }

    #[test]
    fn what_a_browser_draws_is_taken_and_its_size_read() {
        let sides = Sides { width: 640, height: 480 };
        assert_eq!(check(&picture(&[])), Ok(sides));
        let profile = part(0xe2, b"ICC_PROFILE\0\x01\x01....");
        assert_eq!(check(&picture(&profile)), Ok(sides));
        let progressive: Vec<u8> = [
            START.as_slice(),
            &part(0xc2, &[8, 1, 224, 2, 128, 1, 1, 0x11, 0]),
            &scan(&[7]),
            &part(0xc4, &[0; 20]),
            &scan(&[8, 9]),
            &[0xff, END],
        ]
        .concat();
        assert_eq!(check(&progressive), Ok(sides));
    }

    #[test]
    fn what_tells_more_than_the_picture_is_refused() {
        let metadata = [
            part(0xe1, b"Exif\0\0MM\0*"),
            part(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
            part(0xed, b"Photoshop 3.0\0"),
            part(0xfe, b"taken at home"),
            part(0xe2, b"MPF\0"),
            part(0xe0, b"JFXX\0\x10"),
            part(0xee, b"Adobe\0"),
            part(0xef, b""),
            jfif(1),
        ];
        for segment in metadata {
            assert_eq!(check(&picture(&segment)), Err(Unfit::Metadata), "{segment:x?}");
        }
    }

    #[test]
    fn a_side_is_between_one_pixel_and_the_most() {
        let with = |width, height| {
            check(&[START.as_slice(), &size(width, height), &scan(&[1]), &[0xff, END]].concat())
        };
        assert_eq!(with(1, MAX_SIDE), Ok(Sides { width: 1, height: MAX_SIDE }));
        for (width, height) in [(0, 9), (9, 0), (MAX_SIDE + 1, 9), (9, u16::MAX)] {
            assert_eq!(with(width, height), Err(Unfit::TooWide), "{width} x {height}");
        }
    }

    #[test]
    fn what_is_no_whole_jpeg_is_refused() {
        let whole = picture(&[]);
        for end in 0..whole.len() {
            assert_eq!(check(&whole[..end]), Err(Unfit::NoJpeg), "the first {end} bytes");
        }
        let twice = [whole.as_slice(), &[0]].concat();
        let no_scan = [START.as_slice(), &size(9, 9), &[0xff, END]].concat();
        let no_frame = [START.as_slice(), &scan(&[1]), &[0xff, END]].concat();
        let two_frames = picture(&size(9, 9));
        let arithmetic = picture(&part(0xc9, &[8, 0, 9, 0, 9, 1, 1, 0x11, 0]));
        let short = picture(&[0xff, 0xdb, 0, 1]);
        let png = b"\x89PNG\r\n\x1a\n".to_vec();
        for bytes in [twice, no_scan, no_frame, two_frames, arithmetic, short, png] {
            assert_eq!(check(&bytes), Err(Unfit::NoJpeg), "{bytes:x?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in vec(any::<u8>(), 0..400)) {
            prop_assert!(check(&bytes).is_err());
            let begun = [START.as_slice(), &bytes].concat();
            if let Ok(sides) = check(&begun) {
                prop_assert!(sides.width <= MAX_SIDE && sides.height <= MAX_SIDE);
            }
        }

        #[test]
        fn no_changed_byte_lets_metadata_through(
            place in any::<prop::sample::Index>(),
            value in any::<u8>(),
        ) {
            let mut bytes = picture(&part(0xe1, b"Exif\0\0"));
            let place = place.index(bytes.len());
            bytes[place] = value;
            if check(&bytes).is_ok() {
                // It is another segment now.
                prop_assert!(!bytes.windows(2).any(|pair| pair == [0xff, 0xe1]));
            }
        }
    }
}

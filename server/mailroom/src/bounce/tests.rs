//! Reports as real servers write them, and as nobody should.

use proptest::prelude::*;

use super::{Bounce, read};

fn report(action: &str, returned: &str) -> String {
    format!(
        "From: MAILER-DAEMON@relay.example.cl\r\n\
         To: huella@example.cl\r\n\
         Subject: Undelivered Mail Returned to Sender\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"B\"\r\n\
         \r\n\
         --B\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nSorry.\r\n\
         --B\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; relay.example.cl\r\n\
         Arrival-Date: Sun, 22 Nov 2026 10:00:00 -0300\r\n\r\n\
         Final-Recipient: rfc822; maria@example.cl\r\n\
         Action: {action}\r\n\
         Status: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 <maria@example.cl>:\r\n    User unknown\r\n\r\n\
         --B\r\n{returned}\r\n--B--\r\n"
    )
}

const RETURNED: &str = "Content-Type: message/rfc822\r\n\r\n\
    Message-ID: <0192f0c1-7a3b-7d55-8001-020304050607@huella.example.cl>\r\n\
    Subject: Los documentos de Luna\r\n\r\nHola\r\n";

const RETURNED_HEADERS: &str = "Content-Type: text/rfc822-headers\r\n\r\n\
    Message-ID: <0192f0c1-7a3b-7d55-8001-020304050607@huella.example.cl>\r\n\
    Subject: Los documentos de Luna\r\n";

#[test]
fn a_failed_delivery_is_read_with_its_message_and_reason() {
    for returned in [RETURNED, RETURNED_HEADERS] {
        assert_eq!(
            read(report("failed", returned).as_bytes()),
            Some(Bounce {
                message_id: Some(
                    "0192f0c1-7a3b-7d55-8001-020304050607@huella.example.cl".to_owned()
                ),
                recipient: "maria@example.cl".to_owned(),
                status: "5.1.1".to_owned(),
                diagnostic: Some("550 5.1.1 <maria@example.cl>:    User unknown".to_owned()),
            })
        );
    }
}

#[test]
fn a_report_without_the_original_still_names_the_recipient() {
    let bounce = read(report("failed", "Content-Type: text/plain\r\n\r\n").as_bytes()).unwrap();
    assert_eq!(bounce.message_id, None);
    assert_eq!(bounce.recipient, "maria@example.cl");
}

#[test]
fn a_delay_and_an_ordinary_mail_are_no_bounces() {
    assert_eq!(read(report("delayed", RETURNED).as_bytes()), None);
    assert_eq!(read(b"Subject: Hola\r\n\r\nAction: failed\r\n"), None);
    assert_eq!(read(b""), None);
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn no_damaged_report_makes_the_reader_panic(
        at in any::<prop::sample::Index>(),
        end in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let mut bytes = report("failed", RETURNED).into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(end.index(bytes.len()));
        let _ = read(&bytes);
    }
}

//! A real conversation with a small SMTP server on loopback, and the other two ways.

use domain::id::MessageId;
use lettre::Message;
use lettre::message::SinglePart;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

use super::{Memory, SendError, Transport, TransportUrlError};

const ID: MessageId = MessageId(Uuid::from_u128(7));

fn message() -> Message {
    Message::builder()
        .from("huella@example.cl".parse().unwrap())
        .to("maria@example.cl".parse().unwrap())
        .date(std::time::UNIX_EPOCH)
        .subject("Luna")
        .singlepart(SinglePart::plain("Hola".to_owned()))
        .unwrap()
}

/// How the server answers the recipient and the message; an empty answer drops the connection.
#[derive(Clone, Copy)]
struct Answers {
    recipient: &'static str,
    data: &'static str,
}

const KIND: Answers = Answers { recipient: "250 ok", data: "250 ok" };

/// One SMTP conversation; gives what came after DATA.
async fn converse(stream: TcpStream, answers: Answers) -> std::io::Result<String> {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test ESMTP\r\n").await?;
    let mut body = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(body);
        }
        let command = line.get(..4).unwrap_or_default().to_uppercase();
        let answer = match command.as_str() {
            "RCPT" => answers.recipient,
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                while !body.ends_with("\r\n.\r\n") {
                    stream.read_line(&mut body).await?;
                }
                answers.data
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if answer.is_empty() {
            return Ok(body);
        }
        stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
}

/// Sends one message to a server with these answers.
async fn sent(answers: Answers) -> (Result<(), SendError>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        converse(stream, answers).await.unwrap_or_default()
    });
    let transport = Transport::from_url(&url).unwrap();
    let result = transport.send(ID, &message()).await;
    drop(transport);
    (result, server.await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_goes_out_by_smtp() {
    let (result, body) = sent(KIND).await;
    assert_eq!(result, Ok(()));
    assert!(body.contains("Subject: Luna") && body.contains("Hola"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_classed_by_their_code() {
    let refused = Answers { recipient: "550 5.1.1 no such user", ..KIND };
    assert_eq!(sent(refused).await.0, Err(SendError::Permanent("550".to_owned())));
    let busy = Answers { recipient: "451 4.3.0 later", ..KIND };
    assert_eq!(sent(busy).await.0, Err(SendError::Temporary("451".to_owned())));
    let content = Answers { data: "554 5.6.0 no", ..KIND };
    assert_eq!(sent(content).await.0, Err(SendError::Permanent("554".to_owned())));
    let closed_door = Answers { recipient: "530 5.7.0 sign in first", ..KIND };
    assert_eq!(sent(closed_door).await.0, Err(SendError::Temporary("530".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_dropped_after_data_is_temporary() {
    let (result, body) = sent(Answers { data: "", ..KIND }).await;
    assert!(matches!(result, Err(SendError::Temporary(_))), "{result:?}");
    assert!(body.contains("Hola"), "the server had taken the message");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pooled_connection_closed_by_the_server_costs_at_most_one_repetition() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // Every conversation ends right after its first message, without QUIT.
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                stream.write_all(b"220 test ESMTP\r\n").await?;
                let mut line = String::new();
                while stream.read_line(&mut line).await? > 0 {
                    if line.starts_with("DATA") {
                        stream.write_all(b"354 go on\r\n").await?;
                        let mut byte = [0; 1];
                        let mut tail = Vec::new();
                        while !tail.ends_with(b"\r\n.\r\n") {
                            stream.read_exact(&mut byte).await?;
                            tail.push(byte[0]);
                        }
                        return stream.write_all(b"250 ok\r\n").await;
                    }
                    stream.write_all(b"250 ok\r\n").await?;
                    line.clear();
                }
                std::io::Result::Ok(())
            });
        }
    });
    let transport = Transport::from_url(&url).unwrap();
    for _ in 0..4 {
        let mut result = transport.send(ID, &message()).await;
        if matches!(result, Err(SendError::Temporary(_))) {
            result = transport.send(ID, &message()).await;
        }
        assert_eq!(result, Ok(()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_server_is_temporary() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    drop(listener);
    let result = Transport::from_url(&url).unwrap().send(ID, &message()).await;
    assert!(matches!(result, Err(SendError::Temporary(_))), "{result:?}");
}

#[tokio::test]
async fn a_folder_gets_one_whole_file_a_message() {
    let folder = std::env::temp_dir().join(format!("huella-folder-{}", std::process::id()));
    let transport = Transport::from_url(&format!("folder:{}", folder.display())).unwrap();
    for _ in 0..2 {
        transport.send(ID, &message()).await.unwrap();
    }
    let files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files, [folder.join(format!("{ID}.eml"))]);
    assert_eq!(std::fs::read(&files[0]).unwrap(), message().formatted());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn memory_keeps_what_was_sent() {
    let memory = Memory::default();
    Transport::Memory(memory.clone()).send(ID, &message()).await.unwrap();
    assert_eq!(memory.messages(), [(ID.to_string(), message().formatted())]);
}

#[test]
fn only_the_documented_addresses_are_read() {
    for url in ["", "folder:", "http://x", "smtp//x", "mail.example.cl"] {
        assert_eq!(Transport::from_url(url).err(), Some(TransportUrlError), "{url}");
    }
    let url = "smtps://user:secret@mail.example.cl:465";
    assert_eq!(format!("{:?}", Transport::from_url(url).unwrap()), "Transport::Smtp");
}

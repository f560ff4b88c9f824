//! Passwords: argon2id with OWASP's parameters, away from the threads that answer requests.

mod guess;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::field_error::{Field, FieldError, Problem};
use domain::refusal::Refusal;
use std::sync::Arc;
use tokio::sync::Semaphore;

use crate::clock;
use crate::error::{Error, Fault};

/// Characters a password has at least (OWASP ASVS 5.0, 6.2.1 asks for 8 and advises more).
pub const SHORTEST: usize = 10;
/// Bytes a password has at most, so that a long text costs nothing.
pub const LONGEST: usize = 256;

/// How much work one password costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// 19 MiB, two passes, one lane (OWASP password storage cheat sheet, argon2id).
    Owasp,
    /// As little as argon2id allows; only for tests and throw-away data.
    Least,
}

/// Makes and checks password hashes. Cloning it shares its limits.
#[derive(Clone)]
pub struct Passwords {
    cost: Cost,
    /// Checked against when there is no account, so that both take the same work.
    decoy: Arc<str>,
    /// Each check takes 19 MiB: no more at once than this.
    turns: Arc<Semaphore>,
}

/// How many passwords are worked on at the same time.
const AT_ONCE: usize = 4;

impl Passwords {
    /// Ready to work at the given cost.
    ///
    /// # Errors
    /// [`Fault`] when argon2 refuses its parameters.
    pub fn new(cost: Cost) -> Result<Self, Fault> {
        Ok(Self { cost, decoy: decoy(cost)?.into(), turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// The PHC text of a password that passed [`check`].
    ///
    /// # Errors
    /// [`Fault`] when argon2 fails.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        let (cost, password) = (self.cost, password.to_owned());
        self.apart(move || hash_now(cost, &password)).await?
    }

    /// Whether `password` is the one that was hashed. Without a hash the same work is done, and
    /// the answer is no.
    ///
    /// # Errors
    /// [`Fault`] when the hash is unreadable.
    pub async fn matches(&self, password: &str, hash: Option<&str>) -> Result<bool, Fault> {
        let known = hash.is_some();
        let hash = hash.unwrap_or(&self.decoy).to_owned();
        let password: String = password.chars().take(LONGEST).collect();
        let same = self.apart(move || {
            let hash = PasswordHash::new(&hash)
                .map_err(|_| Fault::new("a stored password hash is unreadable"))?;
            let same = Argon2::default().verify_password(password.as_bytes(), &hash);
            Ok::<_, Fault>(same.is_ok())
        });
        Ok(same.await?? && known)
    }

    async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Fault> {
        let _turn = self.turns.acquire().await.map_err(|_| Fault::new("no turn for passwords"))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Fault::caused("a password could not be worked on", error))
    }
}

/// What looks like a hash and is none: that of no password, made without working one out. To do so
/// at each start would take 19 MiB, of which a process that has nothing to do gives nothing back.
fn decoy(cost: Cost) -> Result<String, Fault> {
    let params = params(cost)?;
    let (memory, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
    let text = |bytes: &[u8]| data_encoding::BASE64_NOPAD.encode(bytes);
    let (salt, hash) = (text(&clock::random::<16>()?), text(&clock::random::<32>()?));
    Ok(format!("$argon2id$v=19$m={memory},t={passes},p={lanes}${salt}${hash}"))
}

fn params(cost: Cost) -> Result<Params, Fault> {
    let params = match cost {
        Cost::Owasp => Params::new(19_456, 2, 1, None),
        Cost::Least => Params::new(Params::MIN_M_COST, 1, 1, None),
    };
    params.map_err(|_| Fault::new("argon2 refuses its parameters"))
}

fn hash_now(cost: Cost, password: &str) -> Result<String, Fault> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params(cost)?)
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|_| Fault::new("a password could not be hashed"))
}

/// Whether a password may be chosen by the person with this address.
///
/// # Errors
/// [`Refusal::Invalid`] on the password: too short, too long, or guessed at once.
pub fn check(password: &str, email: &str) -> Result<(), Error> {
    let refuse = |problem: Problem| {
        Err(Error::Refused(Refusal::field(FieldError::new(Field::Password, problem))))
    };
    if password.chars().count() < SHORTEST {
        return refuse(Problem::TooShort);
    }
    if password.len() > LONGEST {
        return refuse(Problem::TooLong);
    }
    let plain: String = password.chars().filter_map(folded).collect();
    let name = email.split('@').next().unwrap_or_default();
    let is_named = [email, name].into_iter().any(|name| {
        let name: String = name.chars().filter_map(folded).collect();
        name.len() >= 4 && plain.contains(&name) && plain.len() < name.len() + 6
    });
    if is_named || guess::is_guessed_first(&plain) {
        return refuse(Problem::Guessable);
    }
    Ok(())
}

/// A letter or digit as guessers see it: in lower case, without its accent, signs for the letters
/// they stand for; nothing for punctuation.
fn folded(letter: char) -> Option<char> {
    match letter.to_lowercase().next()? {
        '@' | 'á' | 'à' | 'ä' => Some('a'),
        'é' | 'è' | 'ë' => Some('e'),
        'í' | 'ì' | 'ï' => Some('i'),
        'ó' | 'ò' | 'ö' => Some('o'),
        'ú' | 'ù' | 'ü' => Some('u'),
        'ñ' => Some('n'),
        '$' => Some('s'),
        other => Some(other).filter(|letter| letter.is_alphanumeric()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_guessed_first_is_refused() {
        let bad = [
            "corta",
            "1234567890",
            "aaaaaaaaaaaa",
            "Antofagasta2026",
            "qwertyuiop",
            "CONTRASEÑA123",
            "ana.rojas12",
            "P@ssw0rd2024!",
            "c0ntr4s3ñ4",
            "Hola.Hola.2025",
            "colocolo1925",
            "abc123abc123",
            "1qaz2wsx3edc",
            "asdfASDF1234",
            "18septiembre1810",
            "Perrito-2026",
            "12.345.678-9",
        ];
        for password in bad {
            assert!(check(password, "ana.rojas@example.cl").is_err(), "{password}");
        }
        for password in [
            "tres perros negros",
            "Xk9-vv2-Lq",
            "gaviota en la caleta 7",
            "correcta batería grapa",
            "mi gato Simba duerme",
        ] {
            assert!(check(password, "ana.rojas@example.cl").is_ok(), "{password}");
        }
    }

    #[tokio::test]
    async fn only_the_password_itself_matches_and_nobody_matches_the_decoy() {
        let passwords = Passwords::new(Cost::Least).unwrap();
        let hash = passwords.hash("tres perros negros").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$"));
        assert!(passwords.matches("tres perros negros", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("tres perros", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("no account has this password", None).await.unwrap());
    }

    #[test]
    fn the_decoy_takes_the_work_of_a_hash() {
        let parts = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
        for cost in [Cost::Least, Cost::Owasp] {
            let (decoy, hash) = (decoy(cost).unwrap(), hash_now(cost, "x").unwrap());
            assert_eq!((parts(&decoy), decoy.len()), (parts(&hash), hash.len()));
        }
    }

    #[test]
    fn the_usual_cost_is_that_of_owasp() {
        assert!(hash_now(Cost::Owasp, "x").unwrap().contains("m=19456,t=2,p=1"));
    }
}

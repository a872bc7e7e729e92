//! The key by which push services know this installation (VAPID, RFC 8292), the same for all processes of a database.

use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use taskwire_domain::Ids;
use taskwire_domain::contract::PushKeys;
use taskwire_store::{Db, Tx};
use url::Url;
use web_push_native::p256::elliptic_curve::sec1::ToEncodedPoint;
use web_push_native::p256::pkcs8::EncodePrivateKey;
use web_push_native::p256::{PublicKey, SecretKey};

use crate::secret::{decode, encode};

/// How long a push service accepts a signature; at most a day.
const LIFETIME: SignedDuration = SignedDuration::from_hours(12);
/// Length of the secret of a subscription.
const AUTH_BYTES: usize = 16;

/// The name of the setting that holds the private key.
const SETTING: &str = "push_key";

/// The key of this installation.
pub(crate) struct PushKey {
    signing: EncodingKey,
    public: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<&'a str>,
}

/// The public key of the installation that uses a database; none if no server has used it yet. Fails if the database does,
/// or if what it stores is not a key.
pub async fn public_push_key(db: &Db) -> Result<Option<String>, taskwire_store::Error> {
    let stored = db.read().await?.setting(SETTING).await?;
    let key = stored.map(|stored| PushKey::read(&stored).ok_or_else(damaged));
    Ok(key.transpose()?.map(|key| key.public))
}

fn damaged() -> taskwire_store::Error {
    taskwire_store::Error::Inconsistent {
        table: "meta",
        id: SETTING.into(),
        column: "value",
    }
}

impl PushKey {
    /// The key of this installation, which gets one if it has none.
    pub(crate) async fn of(tx: &mut Tx, ids: &Ids) -> Result<Self, taskwire_store::Error> {
        let stored = tx.setting_or_insert(SETTING, &Self::generate(ids)).await?;
        Self::read(&stored).ok_or_else(damaged)
    }

    /// A new private key as it is stored.
    fn generate(ids: &Ids) -> String {
        loop {
            let mut bytes = [0; 32];
            ids.fill(&mut bytes);
            // All but a few of these numbers are private keys.
            if SecretKey::from_slice(&bytes).is_ok() {
                return encode(&bytes);
            }
        }
    }

    /// Reads a stored key; `None` if it is not one.
    fn read(stored: &str) -> Option<Self> {
        let secret = SecretKey::from_slice(&decode(stored)?).ok()?;
        let public = secret.public_key().to_encoded_point(false);
        Some(Self {
            signing: EncodingKey::from_ec_der(secret.to_pkcs8_der().ok()?.as_bytes()),
            public: encode(public.as_bytes()),
        })
    }

    /// The public key, as `applicationServerKey` of a subscription takes it.
    pub(crate) fn public(&self) -> &str {
        &self.public
    }

    /// The header `Authorization` for a push service. `contact` is an `https:` URL or `mailto:` address of the operator.
    pub(crate) fn authorization(
        &self,
        endpoint: &Url,
        contact: Option<&str>,
        now: Timestamp,
    ) -> Option<String> {
        let claims = Claims {
            aud: endpoint.origin().ascii_serialization(),
            exp: now.saturating_add(LIFETIME).ok()?.as_second(),
            sub: contact,
        };
        let token =
            jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.signing).ok()?;
        Some(format!("vapid t={token}, k={}", self.public))
    }
}

/// Whether these are the keys of a subscription.
pub(crate) fn are_valid(keys: &PushKeys) -> bool {
    let is_point =
        decode(&keys.p256dh).is_some_and(|bytes| PublicKey::from_sec1_bytes(&bytes).is_ok());
    is_point && decode(&keys.auth).is_some_and(|bytes| bytes.len() == AUTH_BYTES)
}

#[cfg(test)]
mod tests {
    use jsonwebtoken::{DecodingKey, Validation};
    use serde_json::Value;

    use super::*;

    /// RFC 8292, section 2.4, has no vector that can be checked without its private key: so a key is read, and what it
    /// signs is verified by its public half.
    #[test]
    fn a_push_service_can_verify_who_sends() {
        let stored = "RS0WdYWWo1HajXg3NZR1olzCf31i-ZBGDkFyCs7j1jw";
        let key = PushKey::read(stored).unwrap();
        let now: Timestamp = "2026-11-20T18:00:00Z".parse().unwrap();
        let endpoint = Url::parse("https://push.example:8443/send/abc?d=1").unwrap();
        let header = key
            .authorization(&endpoint, Some("https://tasks.example"), now)
            .unwrap();
        let (token, public) = header
            .strip_prefix("vapid t=")
            .and_then(|rest| rest.split_once(", k="))
            .unwrap();
        assert_eq!(public, key.public());
        let point = decode(public).unwrap();
        assert_eq!((point.len(), point[0]), (65, 4));
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_audience(&["https://push.example:8443"]);
        validation.validate_exp = false;
        let decoded =
            jsonwebtoken::decode::<Value>(token, &DecodingKey::from_ec_der(&point), &validation);
        let claims = decoded.unwrap().claims;
        assert_eq!(claims["exp"], now.as_second() + 12 * 3600);
        assert_eq!(claims["sub"], "https://tasks.example");
    }

    #[test]
    fn keys_of_subscriptions_are_checked() {
        let keys = |p256dh: &str, auth: &str| PushKeys {
            p256dh: p256dh.into(),
            auth: auth.into(),
        };
        let point = "BLn9b-VR0ca83knDNZ32dCHGyjJp-1riX9ZTN40MqV8K_LpQmLqxC_DoHvqvFXO_nGdAB4W9dogZb_sM-uV4JbY";
        assert!(are_valid(&keys(point, "_ordMnz7uTCmrpBTeUV4Bw")));
        assert!(!are_valid(&keys(point, "_ordMnz7uTCmrpBTeUV4")));
        assert!(!are_valid(&keys(
            &point.replace("BLn9", "BLn8"),
            "_ordMnz7uTCmrpBTeUV4Bw"
        )));
        assert!(!are_valid(&keys("", "")));
    }
}

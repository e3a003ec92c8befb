#!/usr/bin/env python3
"""Makes keys, key sets and JSON Web Tokens for tests, by PyJWT and cryptography: other implementations
than those that verify them. Prints one JSON object:

    now       the time that the tokens are made for, in seconds since 1970
    key_sets  JSON Web Key Sets, by name
    tokens    tokens, by name: good ones, and one for each way in which a token can be bad
"""
import base64
import hashlib
import hmac
import json

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

NOW = 1_800_000_000
SKEW = 60
ISSUER = "https://login.example.org/realms/city"
AUDIENCE = "athena"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return base64url(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def rsa_jwk(key, kid, **more):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "n": number(numbers.n), "e": number(numbers.e), **more}


def ec_jwk(key, kid, **more):
    numbers = key.public_key().public_numbers()
    size = (key.curve.key_size + 7) // 8
    return {"kty": "EC", "kid": kid, "crv": {256: "P-256", 384: "P-384"}[key.curve.key_size],
            "x": number(numbers.x, size), "y": number(numbers.y, size), **more}


RSA_1, RSA_2, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(3))
WEAK = rsa.generate_private_key(65537, 1024)
EC_1 = ec.generate_private_key(ec.SECP256R1())
EC_384 = ec.generate_private_key(ec.SECP384R1())

CLAIMS = {"iss": ISSUER, "aud": AUDIENCE, "sub": "hr-system", "iat": NOW, "nbf": NOW, "exp": NOW + 300,
          "athena_institution": "gob", "athena_roles": ["sender", "viewer"]}


def claims(without=(), **changed):
    return {name: value for name, value in {**CLAIMS, **changed}.items() if name not in without}


def token(payload, key=RSA_1, kid="rsa-1", algorithm="RS256", **headers):
    if kid is not None:
        headers["kid"] = kid
    return jwt.encode(payload, key, algorithm=algorithm, headers=headers)


def hs256(payload, secret, kid):
    """PyJWT refuses a public key as secret, which is what this is for."""
    head = base64url(json.dumps({"alg": "HS256", "typ": "JWT", "kid": kid}).encode())
    body = base64url(json.dumps(payload).encode())
    signature = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{base64url(signature)}"


def tampered(good):
    """The claims of another institution with the signature of a good token."""
    head, _, signature = good.split(".")
    body = base64url(json.dumps(claims(athena_institution="talent-brussels")).encode())
    return f"{head}.{body}.{signature}"


def stripped(good):
    """A good token whose header says that it is not signed, with its signature left in place."""
    _, body, signature = good.split(".")
    head = base64url(json.dumps({"alg": "none", "kid": "rsa-1"}).encode())
    return f"{head}.{body}.{signature}"


PEM = RSA_1.public_key().public_bytes(serialization.Encoding.PEM,
                                      serialization.PublicFormat.SubjectPublicKeyInfo)
DER = RSA_1.public_key().public_bytes(serialization.Encoding.DER,
                                      serialization.PublicFormat.SubjectPublicKeyInfo)
NONE = jwt.encode(CLAIMS, None, algorithm="none", headers={"kid": "rsa-1"})

TOKENS = {
    # Good ones.
    "rs256": token(CLAIMS),
    "es256": token(CLAIMS, EC_1, "ec-1", "ES256"),
    "audiences": token(claims(aud=["account", AUDIENCE])),
    "roles_as_text": token(claims(athena_roles="viewer publisher")),
    "roles_of_others": token(claims(athena_roles=["offline_access", "viewer", "Admin", 7])),
    "no_roles": token(claims(["athena_roles"])),
    "every_institution": token(claims(athena_institution="*")),
    "expired_within_skew": token(claims(exp=NOW - SKEW + 1)),
    "early_within_skew": token(claims(nbf=NOW + SKEW, iat=NOW + SKEW)),
    "iat_for_nbf": token(claims(["nbf"])),
    "fractional_times": token(claims(nbf=NOW - 0.5, exp=NOW + 0.5)),
    "rotated": token(CLAIMS, RSA_2, "rsa-2"),
    # Bad ones.
    "expired": token(claims(exp=NOW - SKEW)),
    "early": token(claims(nbf=NOW + SKEW + 1)),
    "issued_later": token(claims(["nbf"], iat=NOW + SKEW + 1)),
    "no_exp": token(claims(["exp"])),
    "text_exp": token(claims(exp=str(NOW + 300))),
    "no_nbf_no_iat": token(claims(["nbf", "iat"])),
    "negative_nbf": token(claims(nbf=-1)),
    "other_issuer": token(claims(iss=ISSUER + "/")),
    "no_issuer": token(claims(["iss"])),
    "other_audience": token(claims(aud="account")),
    "audience_prefix": token(claims(aud=["athena-other"])),
    "no_audience": token(claims(["aud"])),
    "no_subject": token(claims(["sub"])),
    "blank_subject": token(claims(sub="a b")),
    "line_in_subject": token(claims(sub="a\nb")),
    "long_subject": token(claims(sub="s" * 129)),
    "no_institution": token(claims(["athena_institution"])),
    "bad_institution": token(claims(athena_institution="GOB/..")),
    "institutions": token(claims(athena_institution=["gob", "talent-brussels"])),
    "no_kid": token(CLAIMS, kid=None),
    "unknown_kid": token(CLAIMS, kid="rsa-9"),
    "other_key": token(CLAIMS, OTHER, "rsa-1"),
    "own_key_in_header": token(CLAIMS, OTHER, "rsa-1", jwk=rsa_jwk(OTHER, "rsa-1")),
    "none": NONE,
    "none_with_signature": stripped(token(CLAIMS)),
    "hs256_pem": hs256(CLAIMS, PEM, "rsa-1"),
    "hs256_der": hs256(CLAIMS, DER, "rsa-1"),
    "hs256_modulus": hs256(CLAIMS, RSA_1.public_key().public_numbers().n.to_bytes(256, "big"), "rsa-1"),
    "rs256_by_ec_key": token(CLAIMS, RSA_1, "ec-1", "RS256"),
    "es256_by_rsa_key": token(CLAIMS, EC_1, "rsa-1", "ES256"),
    "ps256": token(CLAIMS, RSA_1, "rsa-1", "PS256"),
    "rs512": token(CLAIMS, RSA_1, "rsa-1", "RS512"),
    "es384": token(CLAIMS, EC_384, "ec-384", "ES384"),
    "crit": token(CLAIMS, crit=["exp"]),
    "tampered": tampered(token(CLAIMS)),
    "no_json": jwt.api_jws.encode(b"no json", RSA_1, algorithm="RS256", headers={"kid": "rsa-1"}),
    "json_list": jwt.api_jws.encode(b"[1]", RSA_1, algorithm="RS256", headers={"kid": "rsa-1"}),
    "long": token(claims(padding="x" * 12_000)),
}

KEYS = [rsa_jwk(RSA_1, "rsa-1", use="sig", alg="RS256"), ec_jwk(EC_1, "ec-1")]
IGNORED = [{"kty": "oct", "kid": "secret", "k": base64url(b"s" * 32)}, ec_jwk(EC_384, "ec-384"),
           rsa_jwk(RSA_2, "for-encryption", use="enc"), rsa_jwk(RSA_2, "for-ps256", alg="PS256"),
           rsa_jwk(WEAK, "weak"), {"kty": "RSA", "kid": "malformed", "n": "!", "e": "AQAB"},
           {"kty": "OKP", "kid": "ed", "crv": "Ed25519", "x": base64url(b"k" * 32)},
           {name: value for name, value in rsa_jwk(RSA_2, "").items() if name != "kid"}]
KEY_SETS = {
    "first": {"keys": KEYS + IGNORED},
    "rotated": {"keys": [KEYS[1], rsa_jwk(RSA_2, "rsa-2")]},
    # The kid stays and the key is another one.
    "replaced": {"keys": [rsa_jwk(OTHER, "rsa-1")]},
    "unusable": {"keys": IGNORED},
    "twice": {"keys": [KEYS[0], rsa_jwk(RSA_2, "rsa-1")]},
    "private": {"keys": [rsa_jwk(RSA_1, "rsa-1", d=number(RSA_1.private_numbers().d))]},
}

print(json.dumps({"now": NOW, "tokens": TOKENS,
                  "key_sets": {name: json.dumps(keys) for name, keys in KEY_SETS.items()}}))

/** A certificate for `localhost` that signs itself, for tests of TLS on loopback. Nobody trusts it. */
export const localhostCertificate: { readonly cert: string; readonly key: string } = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUIGxHL3AGs1JT4IZSOYggBnMoLl8wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA2MjkwNFoYDzIxMjYxMDI4
MDYyOTA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARhtWkAzXAnJlTvy1KxShlgchTSJbrI87+BPox+TuicOq0OHROJ4zD4
RH84Mi/DqsmDWTTwLVIINP/mFxPBpOMco2kwZzAdBgNVHQ4EFgQUIa5QkRY2+aux
qsMVrYaEaXqgbXwwHwYDVR0jBBgwFoAUIa5QkRY2+auxqsMVrYaEaXqgbXwwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAPqDaloW3dFJ6XZrCvOO8GNFlg9euzJJ8Zr/XHUyokQtAiACqubsz+pX
/EsbQDT7Eqrq9WqjVGCNo1KjqIVzg4uCCA==
-----END CERTIFICATE-----
`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgofDUDn7vUNNrYRO7
GRAupqQ3UMW8Z7h2GLjyGJ5ksOChRANCAARhtWkAzXAnJlTvy1KxShlgchTSJbrI
87+BPox+TuicOq0OHROJ4zD4RH84Mi/DqsmDWTTwLVIINP/mFxPBpOMc
-----END PRIVATE KEY-----
`,
};

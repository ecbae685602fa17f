/** The header that carries a service's, launcher's or zone server's credential. */
export const CREDENTIAL_HEADER = "x-ows-credential";

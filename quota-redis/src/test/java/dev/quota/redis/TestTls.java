package dev.quota.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * A certificate authority of a test's own and a server certificate for 127.0.0.1 and localhost,
 * made with the JDK's keytool. Two of them do not trust each other.
 */
final class TestTls implements AutoCloseable {

  /** The password of {@link #trustStore()}. */
  static final String PASSWORD = "changeit";

  private final Path directory;

  private TestTls(Path directory) {
    this.directory = directory;
  }

  /** Makes new keys and certificates. */
  static TestTls create() {
    TestTls tls = new TestTls(TestFiles.directory("quota-tls"));
    try {
      tls.keytool("-alias", "ca", "-dname", "CN=Quota test authority", "-ext", "bc:c");
      tls.keytool(
          "-alias",
          "server",
          "-signer",
          "ca",
          "-dname",
          "CN=localhost",
          "-ext",
          "san=ip:127.0.0.1,dns:localhost");
      tls.writeForRedis();
      return tls;
    } catch (IOException | GeneralSecurityException e) {
      tls.close();
      throw new IllegalStateException(e);
    }
  }

  /** Skips a test, with the reason, if the redis-server in use was built without TLS. */
  static void assumeRedisSpeaksTls() {
    Assumptions.assumeTrue(
        RedisBinary.used().speaksTls(),
        RedisBinary.used().path() + " was built without TLS; -Dquota.redis.bin names another");
  }

  /** The authority's certificate, PEM. */
  Path authority() {
    return directory.resolve("ca.crt");
  }

  /** The server's certificate, PEM. */
  Path serverCertificate() {
    return directory.resolve("server.crt");
  }

  /** The server's private key, PEM. */
  Path serverKey() {
    return directory.resolve("server.key");
  }

  /** A PKCS12 store that trusts the authority; its password is {@link #PASSWORD}. */
  Path trustStore() {
    return directory.resolve("trust.p12");
  }

  private void keytool(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
    command.addAll(List.of("-keystore", keyStore().toString(), "-storepass", PASSWORD));
    command.addAll(List.of("-validity", "30", "-J-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.onExit().join().exitValue()).as(said).isZero();
  }

  private Path keyStore() {
    return directory.resolve("keys.p12");
  }

  private void writeForRedis() throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore())) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Certificate ca = keys.getCertificate("ca");
    pem(authority(), "CERTIFICATE", ca.getEncoded());
    pem(serverCertificate(), "CERTIFICATE", keys.getCertificate("server").getEncoded());
    pem(serverKey(), "PRIVATE KEY", keys.getKey("server", PASSWORD.toCharArray()).getEncoded());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", ca);
    try (OutputStream out = Files.newOutputStream(trustStore())) {
      trusted.store(out, PASSWORD.toCharArray());
    }
  }

  private static void pem(Path file, String kind, byte[] der) throws IOException {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
  }

  @Override
  public void close() {
    TestFiles.delete(directory);
  }
}

package dev.quota.servlet;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.Objects;

/** A file of the class path that browsers may load, and keep as long as it stays the same. */
final class ServedFile {

  private static final int DIGEST_BYTES = 8;

  private final byte[] content;
  private final String type;
  private final String digest;

  ServedFile(String resource, String type) {
    content = read(resource);
    this.type = type;
    digest = digest(content);
  }

  private static byte[] read(String resource) {
    try (InputStream in =
        Objects.requireNonNull(ServedFile.class.getResourceAsStream(resource), resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  private static String digest(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Returns 16 digits that change with the content. */
  String digest() {
    return digest;
  }

  /** Answers a GET or HEAD. */
  void send(String cacheControl, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String tag = '"' + digest + '"';
    response.setHeader("Cache-Control", cacheControl);
    response.setHeader("ETag", tag);
    response.setHeader("X-Content-Type-Options", "nosniff");
    // A page of another origin may load it. Whether it may read it too is the application's CORS.
    response.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
    if (knows(request.getHeaders("If-None-Match"), tag)) {
      response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
    } else {
      response.setContentType(type);
      response.setContentLength(content.length);
      response.getOutputStream().write(content);
    }
  }

  /** Compares weakly, as RFC 9110 asks: who compressed the file on its way made its tag weak. */
  private static boolean knows(Enumeration<String> fields, String tag) {
    while (fields.hasMoreElements()) {
      for (String known : fields.nextElement().split(",", -1)) {
        String strong = known.strip().replaceFirst("^W/", "");
        if (strong.equals(tag) || strong.equals("*")) {
          return true;
        }
      }
    }
    return false;
  }
}

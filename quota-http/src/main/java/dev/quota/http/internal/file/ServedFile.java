package dev.quota.http.internal.file;

import dev.quota.http.answer.Answer;
import dev.quota.http.answer.Content;
import dev.quota.http.internal.field.ListField;
import dev.quota.http.request.RequestView;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the class path that browsers may load and cache. It is compressed once, because few
 * containers compress by default. Immutable.
 */
final class ServedFile {

  private static final Pattern GZIP =
      Pattern.compile("(?i)gzip(\\s*;(?!\\s*q=0(\\.0{0,3})?\\s*$).*)?");

  private static final int DIGEST_BYTES = 8;
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;

  private final byte[] plain;
  private final byte[] zipped;
  private final String type;
  private final String digest;

  private ServedFile(byte[] content, String type) {
    plain = content;
    zipped = zip(plain);
    this.type = type;
    digest = digest(plain);
  }

  /** Returns an unchanged file of the class path. */
  static ServedFile of(String resource, String type) {
    return new ServedFile(read(resource), type);
  }

  /** Returns a script of the class path, reduced for browsers. */
  static ServedFile script(String resource) {
    String source = new String(read(resource), StandardCharsets.UTF_8);
    return new ServedFile(
        ServedScript.of(source).getBytes(StandardCharsets.UTF_8), "text/javascript;charset=utf-8");
  }

  private static byte[] read(String resource) {
    try (InputStream in =
        Objects.requireNonNull(ServedFile.class.getResourceAsStream(resource), resource)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + resource, e);
    }
  }

  private static byte[] zip(byte[] plain) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new SmallestGzip(zipped)) {
      out.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return zipped.toByteArray();
  }

  /** A subclass, because only subclasses can set the level of compression. */
  private static final class SmallestGzip extends GZIPOutputStream {
    SmallestGzip(ByteArrayOutputStream out) throws IOException {
      super(out);
      def.setLevel(Deflater.BEST_COMPRESSION);
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

  /** Returns 16 hexadecimal digits that change with the content. */
  String digest() {
    return digest;
  }

  /** Returns the answer to a GET or HEAD request. */
  Answer answer(String cacheControl, RequestView request) {
    boolean zip = listed(request.headers("Accept-Encoding")).anyMatch(ServedFile::isGzip);
    // Both encodings have different bytes, so they need different tags.
    String tag = '"' + digest + (zip ? "-gzip" : "") + '"';
    boolean known = listed(request.headers("If-None-Match")).anyMatch(it -> isSame(it, tag));
    Answer.Builder answer =
        Answer.of(known ? NOT_MODIFIED : OK)
            .header("Cache-Control", cacheControl)
            .header("ETag", tag)
            .header("Vary", "Accept-Encoding")
            .header("X-Content-Type-Options", "nosniff")
            // A page of another origin may run the script. To read it, the application must allow
            // it by CORS.
            .header("Cross-Origin-Resource-Policy", "cross-origin");
    if (known) {
      return answer.build();
    }
    if (zip) {
      answer.header("Content-Encoding", "gzip");
    }
    Content content = new Content(type, zip ? zipped : plain);
    return answer.body(Answer.Form.OTHER, () -> content).build();
  }

  private static Stream<String> listed(List<String> fields) {
    return ListField.of(fields).stream();
  }

  /** Returns whether an element of {@code Accept-Encoding} accepts gzip with a weight above 0. */
  private static boolean isGzip(String encoding) {
    return GZIP.matcher(encoding).matches();
  }

  /**
   * Compares weakly (RFC 9110, section 13.1.2), because a proxy that compresses a file makes its
   * tag weak.
   */
  private static boolean isSame(String known, String tag) {
    return known.equals("*") || known.equals(tag) || known.equals("W/" + tag);
  }
}

package dev.quota.http;

import dev.quota.http.internal.key.Fingerprint;
import dev.quota.http.request.RequestView;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * The fingerprint of a request with an {@code Idempotency-Key}, for {@link ExchangeKey#identify}.
 * It contains the query, the media type and the body. The route is part of the key already.
 * Stateless.
 */
public final class RequestFingerprint {

  /** How many bytes of a body are compared: 1 MiB. */
  public static final int LONGEST_COMPARED = 1 << 20;

  private RequestFingerprint() {}

  /**
   * Returns the fingerprint of a request. For a body longer than {@link #LONGEST_COMPARED} it also
   * contains the headers {@code Content-Length} and {@code Content-Digest} (RFC 9530).
   *
   * @param request the request
   * @param start the body, or its first {@link #LONGEST_COMPARED} bytes
   * @return 43 characters
   */
  public static String of(RequestView request, byte[] start) {
    String target = request.target();
    int query = target.indexOf('?');
    String type = request.header("Content-Type").orElse("");
    Fingerprint print = new Fingerprint();
    print.add(query < 0 ? null : target.substring(query + 1)).add(mediaType(type));
    print.add(withoutBoundary(start, type));
    if (start.length == LONGEST_COMPARED) {
      print.add(request.header("Content-Length").orElse(null));
      print.add(request.header("Content-Digest").orElse(null));
    }
    return print.text();
  }

  /** Removes the boundary of a multipart body, which differs in each request. */
  private static byte[] withoutBoundary(byte[] start, String type) {
    int at = type.toLowerCase(Locale.ROOT).indexOf("boundary=");
    if (at < 0 || !mediaType(type).startsWith("multipart/")) {
      return start;
    }
    String boundary = type.substring(at + 9).split(";", 2)[0].strip().replace("\"", "");
    return boundary.isEmpty()
        ? start
        : new String(start, StandardCharsets.ISO_8859_1)
            .replace(boundary, "")
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String mediaType(String type) {
    return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }
}

package dev.quota.http;

import dev.quota.http.internal.key.Fingerprint;
import dev.quota.http.request.RequestView;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * What a request with an {@code Idempotency-Key} asks for, for {@link ExchangeKey#identify}: its
 * query, its media type and its body. The address is part of the key already.
 */
public final class RequestFingerprint {

  /** How many bytes of a body are compared: 1 MiB. */
  public static final int LONGEST_COMPARED = 1 << 20;

  private RequestFingerprint() {}

  /**
   * Returns the fingerprint of a request. Of a body that is longer than {@link #LONGEST_COMPARED},
   * the length that was sent and {@code Content-Digest} (RFC 9530) count as well.
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

  /** Takes out what a client makes anew for each request with parts. */
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

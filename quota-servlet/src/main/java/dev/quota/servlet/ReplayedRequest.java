package dev.quota.servlet;

import dev.quota.Subject;
import dev.quota.http.RequestFingerprint;
import dev.quota.http.internal.key.Fingerprint;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body was read to compare it. The endpoint can still read the body: as bytes, as
 * text, as the parameters of a form, or as parts.
 *
 * <p>Up to {@link #LONGEST_COMPARED} bytes are kept and compared. For a longer body the headers
 * {@code Content-Length} and {@code Content-Digest} (RFC 9530) are compared too, and the rest is
 * passed on.
 */
final class ReplayedRequest extends HttpServletRequestWrapper {

  static final int LONGEST_COMPARED = RequestFingerprint.LONGEST_COMPARED;

  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String MULTIPART = "multipart/form-data";

  private final byte[] start;
  private final boolean complete;
  private final String fingerprint;
  private final boolean form;
  private @Nullable ServletInputStream stream;
  private @Nullable BufferedReader reader;
  private @Nullable Map<String, String[]> parameters;

  private ReplayedRequest(
      HttpServletRequest request, byte[] start, boolean complete, String fingerprint) {
    super(request);
    this.start = start;
    this.complete = complete;
    this.fingerprint = fingerprint;
    this.form = mediaType(request).equals(FORM) && request.getMethod().equals("POST");
  }

  /** Reads the start of the body. */
  static ReplayedRequest of(HttpServletRequest request) throws IOException, ServletException {
    if (mediaType(request).equals(MULTIPART)) {
      Fingerprint print = new Fingerprint();
      print.add(request.getQueryString()).add(MULTIPART);
      if (addParts(request, print)) {
        return new ReplayedRequest(request, new byte[0], true, print.text());
      }
    }
    byte[] start = request.getInputStream().readNBytes(LONGEST_COMPARED);
    // The subject is part of the key, and not of the fingerprint.
    ServletFacts facts = ServletFacts.ofFree(request, null, it -> Subject.user("any"));
    return new ReplayedRequest(
        request, start, start.length < LONGEST_COMPARED, RequestFingerprint.of(facts, start));
  }

  /**
   * Adds the parts that the container reads, without their boundary, which differs in each request.
   *
   * @return false if the endpoint reads the parts itself
   */
  private static boolean addParts(HttpServletRequest request, Fingerprint print)
      throws IOException, ServletException {
    Collection<Part> parts;
    try {
      parts = request.getParts();
    } catch (IllegalStateException | ServletException e) {
      if (isWithoutConfiguration(e)) {
        return false;
      }
      throw e;
    }
    for (Part part : parts) {
      print.add(part.getName()).add(part.getSubmittedFileName()).add(part.getContentType());
      Fingerprint content = new Fingerprint();
      try (InputStream in = part.getInputStream()) {
        for (byte[] some = in.readNBytes(8192); some.length > 0; some = in.readNBytes(8192)) {
          content.add(some);
        }
      }
      print.add(content.text());
    }
    return true;
  }

  /** Returns whether the servlet has no multipart configuration, so that the body is unread. */
  private static boolean isWithoutConfiguration(Exception failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 10; depth++) {
      if (cause instanceof IllegalStateException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static String mediaType(HttpServletRequest request) {
    String type = request.getContentType();
    return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  /** Returns the fingerprint of the request. */
  String fingerprint() {
    return fingerprint;
  }

  @Override
  public synchronized ServletInputStream getInputStream() throws IOException {
    if (reader != null) {
      throw new IllegalStateException("getReader was called on this request already");
    }
    return replayed();
  }

  private synchronized ServletInputStream replayed() throws IOException {
    if (stream == null) {
      stream = new Replay(start, complete, super.getInputStream(), this::getAsyncContext);
    }
    return stream;
  }

  @Override
  public synchronized BufferedReader getReader() throws IOException {
    if (reader == null) {
      if (stream != null) {
        throw new IllegalStateException("getInputStream was called on this request already");
      }
      String encoding = getCharacterEncoding();
      String charset = encoding == null ? StandardCharsets.ISO_8859_1.name() : encoding;
      reader = new BufferedReader(new InputStreamReader(replayed(), charset));
    }
    return reader;
  }

  @Override
  public synchronized Map<String, String[]> getParameterMap() {
    if (parameters == null) {
      // The container's form is empty now, so it only has the parameters of the query.
      Map<String, String[]> all = new LinkedHashMap<>(super.getParameterMap());
      if (form && stream == null && reader == null) {
        FormParameters.add(start, getCharacterEncoding(), all);
      }
      parameters = Collections.unmodifiableMap(all);
    }
    return parameters;
  }

  @Override
  public @Nullable String getParameter(String name) {
    String[] values = getParameterMap().get(name);
    return values == null || values.length == 0 ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    String[] values = getParameterMap().get(name);
    return values == null ? null : values.clone();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(getParameterMap().keySet());
  }
}

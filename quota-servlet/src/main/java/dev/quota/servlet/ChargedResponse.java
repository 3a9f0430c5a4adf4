package dev.quota.servlet;

import dev.quota.http.answer.HeaderFields;
import dev.quota.http.internal.cache.SharedCache;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletResponseWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UnsupportedEncodingException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The response of a charged request, with the headers about the charge. These answers must not have
 * them: a redirect and an answer that shared caches may store, because the numbers are personal,
 * and a failure, because its charge is refunded.
 *
 * <p>Only since Servlet 6.1 can a header be removed again. So the headers are held back until
 * something may commit the response. Until then the getters answer as if the headers were set.
 * Threads of asynchronous work may use it.
 */
final class ChargedResponse extends HttpServletResponseWrapper {

  private enum Stage {
    HELD,
    WRITTEN,
    HIDDEN
  }

  /** Guarded by this object. */
  private final HeaderFields headers;

  private volatile Stage stage = Stage.HELD;
  private final GuardedResponse guarded;
  private final Settlement settlement;
  private final boolean reads;

  /** The next response of the same request. */
  private volatile @Nullable ChargedResponse next;

  /** True while a shared cache may store the answer, by its present headers. */
  private volatile boolean shared;

  /**
   * Creates the response.
   *
   * @param reads whether the request was GET or HEAD
   */
  ChargedResponse(
      HttpServletResponse response, HeaderFields headers, Settlement settlement, boolean reads) {
    super(new GuardedResponse(response, settlement.access()));
    this.guarded = (GuardedResponse) getResponse();
    this.headers = headers;
    this.settlement = settlement;
    this.reads = reads;
    shared = isForSharedCaches();
    if (Servlet61.isPresent()) {
      begin();
    }
  }

  /** Returns the guarded response of the container. */
  GuardedResponse guarded() {
    return guarded;
  }

  /** Writes the headers if they are held back, because the next call may commit the response. */
  void begin() {
    settlement.work().touch();
    if (stage == Stage.HELD && !settlement.access().isEnded()) {
      writeHeld();
    }
  }

  private synchronized void writeHeld() {
    if (stage == Stage.HELD && !shared && !headers.isEmpty()) {
      guarded.setHeaders(headers);
      // In an include the container ignores them, so they are written again later.
      boolean ignored = !isCommitted() && super.getHeader(headers.firstName()) == null;
      stage = ignored ? Stage.HELD : Stage.WRITTEN;
    }
  }

  /**
   * Replaces the headers by those of later states, if that is still possible. Returns this
   * response.
   */
  synchronized ChargedResponse update(HeaderFields later) {
    later.forEach(
        (name, value) -> {
          // A header that the endpoint wrote itself is kept.
          if (headers.contains(name)) {
            headers.put(name, value);
            if (stage == Stage.WRITTEN && !isCommitted()) {
              super.setHeader(name, value);
            }
          }
        });
    return this;
  }

  /** Notes whether the body could not be written, for writers that throw no exception. */
  void noteBroken(boolean failed) {
    if (failed) {
      settlement.outcome().clientLeft();
    }
  }

  /** Returns the next response of the same request; null if this is the last one. */
  @Nullable ChargedResponse next() {
    return next;
  }

  /** Adds a response of the same request at the end. Called with the lock of its dispatches. */
  void append(ChargedResponse last) {
    ChargedResponse at = this;
    for (ChargedResponse after = next; after != null; after = at.next) {
      at = after;
    }
    at.next = last;
  }

  /** Drops the headers, or removes them if that is still possible. */
  synchronized void hide() {
    takeOff();
    stage = Stage.HIDDEN;
  }

  private void takeOff() {
    if (stage == Stage.WRITTEN && !isCommitted()) {
      headers.forEach((name, value) -> guarded.removeHeader(name));
    }
  }

  private boolean isForSharedCaches() {
    Collection<String> names = super.getHeaderNames();
    return !names.isEmpty()
        && SharedCache.readsAny(names)
        && SharedCache.mayStore(names, super::getHeaders, reads);
  }

  /**
   * Called after a header was set. Removes the headers of the charge if a shared cache may store
   * the answer.
   */
  private void changed(String name) {
    if (SharedCache.reads(name) && stage != Stage.HIDDEN) {
      changedForCaches();
    }
  }

  private synchronized void changedForCaches() {
    shared = isForSharedCaches();
    if (shared && stage == Stage.WRITTEN && !isCommitted()) {
      takeOff();
      emptyWhatIsLeft();
      stage = Stage.HELD;
    } else if (!shared && Servlet61.isPresent()) {
      begin();
    }
  }

  /** Empties headers that cannot be removed before Servlet 6.1. */
  private void emptyWhatIsLeft() {
    headers.forEach(
        (name, value) -> {
          if (super.containsHeader(name)) {
            super.setHeader(name, "");
          }
        });
  }

  /**
   * Called when the endpoint returns.
   *
   * @param normally true if it threw no exception
   * @param asynchronous true if another thread goes on
   */
  void endpointLeft(boolean normally, boolean asynchronous) {
    if (!normally) {
      discard();
    } else if (!asynchronous) {
      begin();
    }
  }

  /** Hides the headers of an answer whose body will be discarded. */
  private synchronized void discard() {
    hide();
    if (!isCommitted() && headers.names().stream().anyMatch(super::containsHeader)) {
      // Nothing can be removed, so all headers are reset and the others are set again.
      Map<String, List<String>> others = new LinkedHashMap<>();
      for (String name : super.getHeaderNames()) {
        if (!headers.contains(name)) {
          others.put(name, List.copyOf(super.getHeaders(name)));
        }
      }
      super.reset();
      others.forEach((name, values) -> values.forEach(value -> super.addHeader(name, value)));
    }
  }

  @Override
  public void setStatus(int status) {
    if (settlement.outcome().isUndelivered(status)) {
      hide();
    }
    settlement.outcome().status(status, isCommitted());
    super.setStatus(status);
  }

  @Override
  public void sendError(int status) throws IOException {
    beforeError(status);
    super.sendError(status);
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    beforeError(status);
    super.sendError(status, message);
  }

  private void beforeError(int status) {
    settlement.outcome().status(status, isCommitted());
    if (settlement.outcome().isUndelivered(status)) {
      discard();
    } else {
      begin();
    }
  }

  @Override
  public void sendRedirect(String location) throws IOException {
    settlement.outcome().status(SC_FOUND, isCommitted());
    discard();
    super.sendRedirect(location);
  }

  // New in Servlet 6.1, so not marked as @Override.

  public void sendRedirect(String location, int status) throws IOException {
    sendRedirect(location, status, true);
  }

  public void sendRedirect(String location, boolean clearBuffer) throws IOException {
    sendRedirect(location, SC_FOUND, clearBuffer);
  }

  public void sendRedirect(String location, int status, boolean clearBuffer) throws IOException {
    settlement.outcome().status(status, isCommitted());
    hide();
    HttpServletResponse inner = (HttpServletResponse) guarded.getResponse();
    guarded.ifOpenElseIllegal(() -> Servlet61.sendRedirect(inner, location, status, clearBuffer));
  }

  @Override
  public void flushBuffer() throws IOException {
    begin();
    try {
      super.flushBuffer();
    } catch (IOException e) {
      throw settlement.outcome().broken(e);
    }
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    try {
      return new ChargedStream(super.getOutputStream(), this, settlement);
    } catch (IOException e) {
      throw settlement.outcome().broken(e);
    }
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    try {
      return new ChargedWriter(super.getWriter(), this);
    } catch (UnsupportedEncodingException e) {
      throw e;
    } catch (IOException e) {
      throw settlement.outcome().broken(e);
    }
  }

  @Override
  public synchronized void reset() {
    super.reset();
    settlement.outcome().status(SC_OK, false);
    if (stage == Stage.WRITTEN) {
      stage = Stage.HELD;
    }
    shared = isForSharedCaches();
    if (Servlet61.isPresent()) {
      begin();
    }
  }

  @Override
  public void setHeader(String name, String value) {
    giveWay(name);
    super.setHeader(name, value);
    changed(name);
  }

  @Override
  public void addHeader(String name, String value) {
    beginIfOurs(name);
    super.addHeader(name, value);
    changed(name);
  }

  @Override
  public void setIntHeader(String name, int value) {
    giveWay(name);
    super.setIntHeader(name, value);
    changed(name);
  }

  @Override
  public void addIntHeader(String name, int value) {
    beginIfOurs(name);
    super.addIntHeader(name, value);
    changed(name);
  }

  @Override
  public void setDateHeader(String name, long millis) {
    giveWay(name);
    super.setDateHeader(name, millis);
    changed(name);
  }

  @Override
  public void addDateHeader(String name, long millis) {
    beginIfOurs(name);
    super.addDateHeader(name, millis);
    changed(name);
  }

  /** Drops a held header if the endpoint writes one of the same name itself. */
  private synchronized void giveWay(String name) {
    headers.remove(name);
  }

  private synchronized void beginIfOurs(String name) {
    if (headers.contains(name)) {
      begin();
    }
  }

  @Override
  public boolean containsHeader(String name) {
    return super.containsHeader(name) || held(name) != null;
  }

  @Override
  public @Nullable String getHeader(String name) {
    String held = held(name);
    return held == null ? super.getHeader(name) : held;
  }

  @Override
  public Collection<String> getHeaders(String name) {
    String held = held(name);
    return held == null ? super.getHeaders(name) : List.of(held);
  }

  @Override
  public synchronized Collection<String> getHeaderNames() {
    if (stage != Stage.HELD || shared) {
      return super.getHeaderNames();
    }
    Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(super.getHeaderNames());
    names.addAll(headers.names());
    return new ArrayList<>(names);
  }

  private synchronized @Nullable String held(String name) {
    return stage == Stage.HELD && !shared ? headers.get(name) : null;
  }

  /** Returns whether another response wraps this one. */
  boolean isBehind(ServletResponse other) {
    return other == this
        || (other instanceof ServletResponseWrapper wrapper && wrapper.isWrapperFor(this));
  }
}

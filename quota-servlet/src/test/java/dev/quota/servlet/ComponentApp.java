package dev.quota.servlet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quota.servlet.browser.PageClock;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * An application with pages that show the web component. The engine behind it is real and follows
 * the clock of the page; a test may put an answer of its own in front of it.
 */
final class ComponentApp implements AutoCloseable {

  /** What the component must live with. */
  static final String STRICT =
      "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'none';"
          + " base-uri 'none'; form-action 'none'";

  final TestApp app;
  private final Map<String, String> pages = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile String policy = STRICT;
  private volatile Desk desk = question -> Optional.empty();
  private volatile long pageAheadMillis;

  /** A question of a page: {@code state} or {@code check}, its query, and the time of the page. */
  record Asked(String what, String query, long atMillis) {}

  /** An answer instead of the engine's. */
  record Reply(int status, String type, String body) {

    static Reply json(Object body) {
      return new Reply(200, "application/json", body.toString());
    }
  }

  /** Answers instead of the engine, or lets it answer. */
  @FunctionalInterface
  interface Desk {
    Optional<Reply> answer(Asked question) throws InterruptedException;
  }

  ComponentApp(TestApp.Builder application) throws Exception {
    app =
        application
            .servlet("/pages/*", new Pages())
            .filter("/*", new ClockFollower())
            .filter("/quota/state", new FrontDesk())
            .filter("/quota/check", new FrontDesk())
            .start();
  }

  /** Puts a page or a script at an address below {@code /pages/}, and returns the whole address. */
  String put(String name, String content) {
    pages.put("/" + name, content);
    return address("/pages/" + name);
  }

  String address(String path) {
    return "http://127.0.0.1:" + app.port() + path;
  }

  /** Serves pages under another content security policy; an empty one is none. */
  void policy(String other) {
    policy = other;
  }

  /** From now on somebody else answers. */
  void answers(Desk other) {
    desk = other;
  }

  /** From now on answers are those of the engine to a user of the free plan, changed. */
  void answersChanged(String user, Consumer<ObjectNode> change) {
    desk =
        question -> {
          String path = "/quota/" + question.what() + "?" + question.query();
          ObjectNode state =
              (ObjectNode) app.get(path, "X-User", user, "X-Plan", "free", "X-Zone", "UTC").json();
          change.accept(state);
          return Optional.of(Reply.json(state));
        };
  }

  /** From now on the engine answers. */
  void answersItself() {
    desk = question -> Optional.empty();
  }

  /** Says how far the clocks of pages are ahead of this server's. */
  void pageAhead(long millis) {
    pageAheadMillis = millis;
  }

  /** Returns what pages asked, since this was cleared. */
  List<Asked> asked() {
    return asked;
  }

  List<Asked> asked(String what) {
    return asked.stream().filter(question -> question.what().equals(what)).toList();
  }

  @Override
  public void close() {
    app.close();
  }

  /** Serves what was put. */
  private final class Pages extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      String page = pages.get(request.getPathInfo());
      if (page == null) {
        response.sendError(404);
        return;
      }
      response.setContentType(
          request.getPathInfo().endsWith(".js")
              ? "text/javascript;charset=UTF-8"
              : "text/html;charset=UTF-8");
      if (!policy.isEmpty()) {
        response.setHeader("Content-Security-Policy", policy);
      }
      response.getOutputStream().write(page.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Sets the server's clock by the page's, where a page says its time. */
  private final class ClockFollower extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      String time = request.getHeader(PageClock.HEADER);
      if (time != null) {
        app.nowMillis.set(Long.parseLong(time) - pageAheadMillis);
      }
      chain.doFilter(request, response);
    }
  }

  /** Writes down what is asked, and lets the desk answer first. */
  private final class FrontDesk extends HttpFilter {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doFilter(
        HttpServletRequest request, HttpServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      if (request.getHeader("Sec-Fetch-Site") == null) {
        chain.doFilter(request, response); // a test's own question
        return;
      }
      String query = request.getQueryString();
      Asked question =
          new Asked(
              request.getRequestURI().substring("/quota/".length()),
              query == null ? "" : query,
              app.nowMillis.get());
      asked.add(question);
      Optional<Reply> reply = answer(question);
      if (reply.isEmpty()) {
        chain.doFilter(request, response);
        return;
      }
      response.setStatus(reply.get().status());
      response.setContentType(reply.get().type());
      response.setHeader("Cache-Control", "no-store");
      response.getOutputStream().write(reply.get().body().getBytes(StandardCharsets.UTF_8));
    }

    private Optional<Reply> answer(Asked question) {
      try {
        return desk.answer(question);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}

package dev.quota.servlet;

import dev.quota.Quota;
import dev.quota.Reservation;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Reserves 400 tokens, says that it used 70, and ends as its path says: {@code /style/ending}. One
 * user has one request.
 */
@Quota("job")
@Quota(value = "tokens", cost = 0)
final class EndingServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final int MORE_THAN_ANY_BUFFER = 2_000;

  final transient ExecutorService threads = Executors.newCachedThreadPool();
  final transient Map<String, Work> works = new ConcurrentHashMap<>();

  /** What a test and the work of a user tell each other. */
  static final class Work {
    final CountDownLatch began = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);
    final CountDownLatch over = new CountDownLatch(1);
    final AtomicInteger ran = new AtomicInteger();
    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    private final AtomicReference<Thread> container = new AtomicReference<>();

    void begin() {
      ran.incrementAndGet();
      most.accumulateAndGet(running.incrementAndGet(), Math::max);
      began.countDown();
    }

    /**
     * Waits until the container has its thread back. Tomcat 10.1 closes the connection when writing
     * fails before that.
     */
    void awaitReturned() {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (isInContainer(container.get())) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the thread of the endpoint does not come back");
        }
        Thread.onSpinWait();
      }
    }

    private static boolean isInContainer(Thread thread) {
      return Arrays.stream(thread.getStackTrace())
          .map(StackTraceElement::getClassName)
          .anyMatch(it -> it.startsWith("dev.quota.") || it.startsWith("org.apache.coyote."));
    }

    void end() {
      running.decrementAndGet();
      over.countDown();
    }

    void await(CountDownLatch latch) {
      try {
        if (!latch.await(20, TimeUnit.SECONDS)) {
          throw new IllegalStateException("nobody came");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  Work work(String user) {
    return works.computeIfAbsent(user, it -> new Work());
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    String[] path = request.getPathInfo().split("/", 3);
    if (request.getDispatcherType() == DispatcherType.ASYNC) {
      fail(path[2]);
    }
    if (request.getDispatcherType() != DispatcherType.REQUEST) {
      return;
    }
    Work work = work(request.getHeader("X-User"));
    Reservation tokens = QuotaExchange.of(request).reserve("tokens", 400);
    tokens.used(70);
    if (path[1].equals("synchronous")) {
      work.begin();
      try {
        end(path[2], work, request, response);
      } finally {
        work.end();
      }
      return;
    }
    work.container.set(Thread.currentThread());
    AsyncContext async = request.startAsync();
    if (path[2].startsWith("timeout")) {
      async.setTimeout(100);
      async.addListener(new OnTimeout(work, path[2].equals("timeoutWith503")));
    }
    OutputStream body = response.getOutputStream();
    if (path[1].equals("streaming")) {
      body.write('x');
      response.flushBuffer();
    }
    threads.execute(() -> endLater(path[2], work, async, request, response));
  }

  private void endLater(
      String ending,
      Work work,
      AsyncContext async,
      HttpServletRequest request,
      HttpServletResponse response) {
    work.begin();
    try {
      if (ending.equals("exception") || ending.equals("ioException")) {
        async.dispatch();
        return;
      }
      end(ending, work, request, response);
    } catch (IOException | ServletException | RuntimeException e) {
      // The end of this work, as that of many.
    } finally {
      work.end();
      complete(ending, async);
    }
  }

  private static void complete(String ending, AsyncContext async) {
    if (!ending.equals("exception") && !ending.equals("ioException")) {
      try {
        async.complete();
      } catch (IllegalStateException e) {
        // The container was faster.
      }
    }
  }

  /** Writes 503 when the time is over. */
  private static final class OnTimeout extends AsyncOver {
    private final Work work;
    private final boolean answers;

    OnTimeout(Work work, boolean answers) {
      this.work = work;
      this.answers = answers;
    }

    @Override
    public void onTimeout(AsyncEvent event) {
      if (answers) {
        ((HttpServletResponse) event.getAsyncContext().getResponse()).setStatus(503);
        event.getAsyncContext().complete();
      }
      work.mayGoOn.countDown();
    }

    @Override
    void over() {}
  }

  private static void fail(String ending) throws ServletException, IOException {
    if (ending.equals("ioException")) {
      throw new IOException("the model is away");
    }
    throw new ServletException("broken on purpose");
  }

  private static void end(
      String ending, Work work, HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    switch (ending) {
      case "answer" -> response.getOutputStream().write('a');
      case "status400" -> response.setStatus(400);
      case "status500" -> response.setStatus(500);
      case "sendError" -> response.sendError(503);
      case "exception", "ioException" -> fail(ending);
      case "timeout", "timeoutWith503", "leave" -> {
        work.await(work.mayGoOn);
        response.getOutputStream().write('a');
      }
      case "leaveAndFail" -> {
        work.await(work.mayGoOn);
        writeUntilNobodyListens(response);
      }
      case "leaveAndAnswer500" -> {
        work.await(work.mayGoOn);
        try {
          writeUntilNobodyListens(response);
        } catch (IllegalStateException e) {
          response.sendError(500);
        }
      }
      case "halfABody" -> {
        try {
          request.getInputStream().readAllBytes();
        } catch (IOException e) {
          throw new ServletException("the body is not whole", e);
        }
      }
      default -> throw new IllegalArgumentException(ending);
    }
  }

  private static void writeUntilNobodyListens(HttpServletResponse response) {
    try {
      for (int i = 0; i < MORE_THAN_ANY_BUFFER; i++) {
        response.getOutputStream().write(new byte[8_192]);
        response.flushBuffer();
      }
    } catch (IOException e) {
      throw new IllegalStateException("wrapped", e);
    }
  }
}

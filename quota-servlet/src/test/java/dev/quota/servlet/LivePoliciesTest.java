package dev.quota.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.PolicyStatus;
import dev.quota.Quota;
import dev.quota.source.PolicySource;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A policy file that is replaced while requests come. */
@Timeout(120)
@Tag("once")
final class LivePoliciesTest {

  private static final int REPLACEMENTS = 1_000;
  private static final int FIRST = 1_000_000;
  private static final Pattern CAPACITIES = Pattern.compile("q=(\\d+).*q=(\\d+)");

  @Quota("live")
  private static final class Live extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.getWriter().print("done");
    }
  }

  /** Both limits have the same capacity, so half a version would show. */
  private static String version(int number) {
    String capacity = String.valueOf(FIRST + number);
    return "version: 1\nquotas:\n  live:\n    limits:\n      a: "
        + capacity
        + " per calendar day\n      b: "
        + capacity
        + " per calendar month\n";
  }

  @Test
  void noRequestFailsOrSeesHalfAVersion(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("quotas.yaml"), version(0));
    BlockingQueue<PolicyStatus> heard = new LinkedBlockingQueue<>();
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger answers = new AtomicInteger();
    List<String> wrong = new CopyOnWriteArrayList<>();
    try (TestApp app =
        TestApp.with(TestServlets.policies())
            .engine(
                engine ->
                    engine
                        .policySource(PolicySource.file(file).settleTime(Duration.ofMillis(2)))
                        .policyListener(heard::add))
            .servlet("/live", new Live())
            .start()) {
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String user = "user-" + i;
        Thread client =
            new Thread(
                () -> {
                  while (!over.get()) {
                    judge(app.get("/live", "X-User", user), wrong);
                    answers.incrementAndGet();
                  }
                });
        client.start();
        clients.add(client);
      }
      for (int i = 1; i <= REPLACEMENTS; i++) {
        Path next = Files.writeString(folder.resolve("next"), version(i));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      }
      String newest = PolicySource.file(file).read().version();
      while (!app.quotas.policyStatus().version().equals(newest)) {
        assertThat(heard.poll(30, TimeUnit.SECONDS)).isNotNull();
      }
      over.set(true);
      for (Thread client : clients) {
        client.join();
      }
      judge(app.get("/live", "X-User", "last"), wrong);
    }
    assertThat(wrong).isEmpty();
    assertThat(answers.get()).isGreaterThan(100);
  }

  private static void judge(Answer answer, List<String> wrong) {
    String policy = String.valueOf(answer.header("RateLimit-Policy"));
    Matcher capacities = CAPACITIES.matcher(policy);
    if (answer.status() != 200
        || !capacities.find()
        || !capacities.group(1).equals(capacities.group(2))) {
      wrong.add(answer.status() + " " + policy + " " + answer.body());
    }
  }
}

package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** A policy file that changes while an application runs. */
class PolicyReloadTest {

  private static final String RELOAD = "quota.policies-reload=true";

  @SpringBootConfiguration
  @EnableAutoConfiguration
  static class Application {}

  @TempDir private Path directory;

  private Path policies(int daily) throws IOException {
    Path whole =
        Files.writeString(
            directory.resolve("next.yaml"),
            "version: 1\nquotas:\n  chat:\n    limits: {daily: " + daily + " per 24 hours}\n");
    Path file = directory.resolve("quotas.yaml");
    return Files.move(whole, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static long limit(RunningApp app) {
    return app.quotas()
        .states(dev.quota.Subject.user("alice"))
        .quota("chat")
        .orElseThrow()
        .primary()
        .limit()
        .orElseThrow();
  }

  @Test
  void aNewVersionComesIntoForce() throws IOException {
    Path lastGood = directory.resolve("good.yaml");
    try (RunningApp app =
        RunningApp.start(
            Application.class,
            "quota.policies=file:" + policies(3),
            RELOAD,
            "quota.policies-last-good=" + lastGood)) {
      assertThat(limit(app)).isEqualTo(3);
      policies(7);
      RunningApp.await(() -> limit(app) == 7);
      assertThat(lastGood).exists();
    }
  }

  @Test
  void whatCannotBeWatchedStopsTheStart() {
    assertThatThrownBy(
            () ->
                RunningApp.start(
                    Application.class, "quota.policies=https://127.0.0.1/quotas.yaml", RELOAD))
        .hasStackTraceContaining(
            "quota.policies-reload is true, but quota.policies is"
                + " \"https://127.0.0.1/quotas.yaml\", which is no file that can be watched");
    assertThatThrownBy(() -> RunningApp.start(Application.class, RELOAD))
        .hasStackTraceContaining("quota.policies-reload is true, but quota.policies names no file");
  }
}

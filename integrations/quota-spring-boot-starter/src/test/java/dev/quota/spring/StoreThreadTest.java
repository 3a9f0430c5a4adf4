package dev.quota.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.internal.memory.InMemoryQuotaStore;
import dev.quota.spi.ForwardingQuotaStore;
import dev.quota.spi.QuotaStore;
import dev.quota.spi.StoreCommand;
import dev.quota.spi.StoreReply;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import reactor.core.publisher.Mono;

/** Code of the application does not run on the threads that bring the store's answers. */
class StoreThreadTest {

  /** A store that answers later, on its own thread. */
  static final class Later extends ForwardingQuotaStore {

    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(task -> new Thread(task, "the-store"));

    Later() {
      super(InMemoryQuotaStore.builder().build());
    }

    @Override
    public CompletionStage<StoreReply> executeAsync(StoreCommand command) {
      return CompletableFuture.supplyAsync(
          () -> execute(command),
          CompletableFuture.delayedExecutor(
              20, java.util.concurrent.TimeUnit.MILLISECONDS, thread));
    }

    @Override
    public void close() {
      thread.shutdown();
      super.close();
    }
  }

  @SpringBootConfiguration
  @Import(MethodsApplication.class)
  static class Application {
    @Bean(destroyMethod = "")
    QuotaStore store() {
      return new Later();
    }
  }

  @Test
  void whatMethodsReturnContinuesElsewhere() {
    try (RunningApp app =
        RunningApp.start(Application.class, "quota.policies=classpath:methods.yaml")) {
      SecurityContextHolder.getContext()
          .setAuthentication(new TestingAuthenticationToken("carol", "", "ROLE_USER"));
      MethodsApplication.Painter painter = app.context.getBean(MethodsApplication.Painter.class);
      Mono<String> thread = Mono.fromSupplier(() -> Thread.currentThread().getName());
      String subscribed = painter.mono(thread).block(Duration.ofSeconds(20));
      String after =
          painter
              .mono(Mono.error(new IllegalStateException("failed")))
              .onErrorResume(e -> thread)
              .block(Duration.ofSeconds(20));
      assertThat(subscribed).doesNotContain("the-store");
      assertThat(after).doesNotContain("the-store");
      String continued =
          painter
              .later(CompletableFuture.completedFuture("picture"))
              .thenApply(it -> Thread.currentThread().getName())
              .join();
      assertThat(continued).doesNotContain("the-store");
    } finally {
      SecurityContextHolder.clearContext();
    }
  }
}

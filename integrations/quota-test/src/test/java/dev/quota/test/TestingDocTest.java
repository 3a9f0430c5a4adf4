package dev.quota.test;

import static dev.quota.test.QuotaAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.quota.Decision;
import dev.quota.Subject;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps docs/testing.md true: its message is one that comes, and no assertion is left out. */
@QuotaTest
class TestingDocTest {

  private static final Path PAGE = Path.of("../../docs/testing.md");

  @Test
  void theMessageIsTheOneThatComes(TestQuotas test) throws IOException {
    Subject alice = Subject.user("alice");
    test.given(alice).hasUsed(49, "chat");
    test.quotas().charge(alice, "chat", 1);
    Decision denied = test.quotas().charge(alice, "chat", 1);

    Throwable failure = catchThrowable(() -> assertThat(denied).isAllowed());

    assertThat(Files.readString(PAGE)).contains("```text\n" + failure.getMessage() + "\n```");
  }

  @Test
  void everyAssertionIsListed() throws IOException {
    String page = Files.readString(PAGE);
    for (Class<?> type :
        List.of(DecisionAssert.class, QuotaSnapshotAssert.class, QuotaStateAssert.class)) {
      Stream.of(type.getDeclaredMethods())
          .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
          .map(Method::getName)
          .forEach(name -> assertThat(page).containsPattern("`" + name + "[`(]"));
    }
  }
}

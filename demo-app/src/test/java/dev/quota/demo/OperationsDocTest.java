package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.Decision;
import dev.quota.Quotas;
import dev.quota.Receipt;
import dev.quota.Subject;
import dev.quota.build.DocPage;
import dev.quota.policy.QuotaPolicy;
import dev.quota.redis.RedisQuotaStoreBuilder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page for operators true, as far as a machine can. */
class OperationsDocTest {

  private static final DocPage PAGE = DocPage.read("docs/operations.md");

  @TempDir private Path directory;

  @Test
  void itsJavaCompiles() {
    List<String> blocks = PAGE.blocks("java");
    assertThat(blocks).hasSizeGreaterThanOrEqualTo(5);
    for (String block : blocks) {
      String method =
          "abstract class Example {\n"
              + "abstract void alert(String text);\n"
              + "abstract void log(String text);\n"
              + "java.util.concurrent.atomic.LongAdder failures;\n"
              + "void run("
              + (block.contains("Quotas quotas =") ? "" : "Quotas quotas")
              + ") {\n"
              + block
              + "\n} }";
      assertThat(LibraryExample.errors(method, directory)).as(block).isEmpty();
    }
  }

  @Test
  void itsDependencyIsAModuleOfThisBuild() throws Exception {
    assertThat(Pom.isModule(PAGE.blocks("xml").get(0))).isTrue();
  }

  @Test
  void itsLinksLeadSomewhere() {
    assertThat(PAGE.deadLinks()).isEmpty();
    assertThat(DocPage.read("docs/rationale.md").deadLinks()).isEmpty();
    assertThat(DocPage.read("docs/policies.md").deadLinks()).isEmpty();
  }

  @Test
  void everyOptionHasItsRowAndNoOther() {
    List<String> options =
        Arrays.stream(RedisQuotaStoreBuilder.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
            .map(Method::getName)
            .filter(name -> !name.equals("build"))
            .sorted()
            .toList();

    String table = PAGE.text().substring(PAGE.text().indexOf("## Options"));
    List<String> rows =
        Pattern.compile("(?m)^\\| `(\\w+)` \\|")
            .matcher(table.substring(0, table.indexOf("\n## ")))
            .results()
            .map(match -> match.group(1))
            .sorted()
            .toList();

    assertThat(rows).isEqualTo(options);
  }

  @Test
  void itsPermissionsAreEnoughToChargeLookAndRefund() {
    String user = "--" + PAGE.blocks("acl").get(0).strip();
    try (LocalRedis redis = new LocalRedis(directory, user.split(" ", -1));
        Quotas quotas =
            Quotas.builder()
                .policy(
                    QuotaPolicy.builder("chat")
                        .limit("burst", "5 per minute")
                        .limit("daily", "9 per calendar day")
                        .build())
                .store(RunningDemo.patient(redis.address("quota", "secret")))
                .build()) {
      Subject alice = Subject.user("alice");
      Eventually.holds("Redis answers", () -> quotas.health().available());

      Decision decision = quotas.charge(alice, "chat", 2);

      assertThat(decision).isInstanceOf(Decision.Allowed.class);
      Receipt receipt = ((Decision.Allowed) decision).receipt();
      assertThat(quotas.refund(receipt)).isTrue();
      assertThat(quotas.states(alice).binding().primary().remaining()).hasValue(9);
    }
  }
}

package dev.quota.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quota.build.DocPage;
import dev.quota.store.StoreCapability;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps the page for those who write a store true, as far as a machine can. */
class StoresDocTest {

  private static final DocPage PAGE = DocPage.read("docs/stores.md");

  @TempDir private Path directory;

  @Test
  void itsJavaCompiles() {
    List<String> blocks = PAGE.blocks("java");
    assertThat(blocks).hasSize(2);
    String store =
        "import dev.quota.spi.*;\nimport dev.quota.spi.Entry;\nimport java.util.*;\n"
            + blocks
                .get(0)
                .replace("public final class", "final class")
                .replace(
                    "  // take, peek, refund and reset",
                    """
                    TableStore() {}
                    StoreReply take(List<Entry> entries) { throw new AssertionError(); }
                    StoreReply peek(List<Entry> entries) { throw new AssertionError(); }
                    StoreReply refund(List<Change> all) { throw new AssertionError(); }
                    StoreReply reset(Key key) { throw new AssertionError(); }
                    """);
    assertThat(LibraryExample.errors(store, directory)).isEmpty();
    String tests =
        "import dev.quota.spi.*;\n"
            + blocks.get(1)
            + "abstract class TableStore implements QuotaStore { TableStore(QuotaClock time) {} }";
    assertThat(LibraryExample.errors(tests.replace("new TableStore(time)", "null"), directory))
        .isEmpty();
  }

  @Test
  void itsTableNamesEveryCapability() {
    for (StoreCapability capability : StoreCapability.values()) {
      assertThat(PAGE.text()).contains("\n| `" + capability + "` | ");
    }
  }

  @Test
  void itsDependencyIsAModuleOfThisBuild() throws Exception {
    assertThat(Pom.isModule(PAGE.blocks("xml").get(0))).isTrue();
  }

  @Test
  void itsLinksLeadSomewhere() {
    assertThat(PAGE.deadLinks()).isEmpty();
  }
}

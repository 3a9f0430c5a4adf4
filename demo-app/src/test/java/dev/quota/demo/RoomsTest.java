package dev.quota.demo;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The demo is an application, and shows that one needs nothing but the public API. */
@AnalyzeClasses(packages = "dev.quota.demo", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest
  static final ArchRule anApplicationNeedsNothingThatIsForStoresAndNoInternals =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.quota.spi..", "dev.quota.internal..", "..quota.*.internal..");
}

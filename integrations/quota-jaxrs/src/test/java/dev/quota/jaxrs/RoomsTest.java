package dev.quota.jaxrs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Holds the adapter apart: it decides nothing and words nothing. */
@ArchTag("once")
@AnalyzeClasses(packages = "dev.quota.jaxrs", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest
  static final ArchRule knowsNoInternals =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.quota.internal..", "dev.quota.*.internal..", "dev.quota.servlet..");

  @ArchTest
  static final ArchRule oneClassKnowsJersey =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.JerseyServer(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.glassfish..", "jakarta.inject..");

  @ArchTest
  static final ArchRule oneClassKnowsResteasy =
      noClasses()
          .that()
          .haveNameNotMatching(".*\\.ResteasyServer(\\$.*)?")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.jboss..");

  @ArchTest
  static final ArchRule logsThroughThePlatform =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.util.logging..", "org.slf4j..", "org.jboss.logging..");
}

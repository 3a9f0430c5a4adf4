package dev.quota.models;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.quota.models", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.quota.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoHttpAndNoStore =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta..",
              "dev.quota.http..",
              "dev.quota.servlet..",
              "dev.quota.internal..",
              "java.net.http..",
              "org.redisson..",
              "com.fasterxml.jackson.databind..");
}

package dev.quota.servlet;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import dev.quota.build.HouseRules;

@ArchTag("once")
@AnalyzeClasses(
    packages = "dev.quota.servlet",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest static final ArchTests houseRules = ArchTests.in(HouseRules.class);

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.quota.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoStoreAndNoContainer =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.github.bucket4j..",
              "com.github.benmanes..",
              "org.redisson..",
              "org.eclipse.jetty..",
              "org.apache.catalina..",
              "io.undertow..",
              "com.fasterxml.jackson.databind..",
              "dev.quota.internal..",
              "java.util.logging..");

  @ArchTest
  static final ArchRule isFinal =
      classes()
          .that()
          .areTopLevelClasses()
          .and()
          .areNotInterfaces()
          .and()
          .areNotEnums()
          .should()
          .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL);
}

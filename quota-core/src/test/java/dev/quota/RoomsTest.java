package dev.quota;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.quota.build.HouseRules;
import dev.quota.spi.QuotaStore;

/** Holds the rooms of this module apart: a line knows its room by what it mentions. */
@AnalyzeClasses(packages = "dev.quota", importOptions = ImportOption.DoNotIncludeTests.class)
final class RoomsTest {

  @ArchTest static final ArchTests houseRules = ArchTests.in(HouseRules.class);

  @ArchTest
  static final ArchRule noPackagesNeedEachOther =
      slices().matching("dev.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoServletRedisOrJson =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "jakarta.servlet..", "javax.servlet..", "org.redisson..", "com.fasterxml..");

  @ArchTest
  static final ArchRule bucketsAndCachesStayInside =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.quota.internal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.github.bucket4j..", "com.github.benmanes.caffeine..");

  @ArchTest
  static final ArchRule onlyOnePackageReadsYaml =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.quota.internal.yaml..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.yaml..");

  @ArchTest
  static final ArchRule policiesDoNotKnowTheEngine =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.quota.policy..", "dev.quota.usage..", "dev.quota.internal.text..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.quota", "dev.quota.message..");

  @ArchTest
  static final ArchRule textsAndFormulasDoNotKnowPolicies =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.quota.internal.text..",
              "dev.quota.internal.formula..",
              "dev.quota.internal.yaml..",
              "dev.quota.usage..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("dev.quota.policy..");

  /** So a decision costs the same with a source of policies as without one. */
  @ArchTest
  static final ArchRule decisionsDoNotKnowTheSourceOfPolicies =
      noClasses()
          .that()
          .resideInAPackage("dev.quota")
          .and()
          .doNotBelongToAnyOf(
              Engine.class,
              Quotas.class,
              QuotasBuilder.class,
              PolicyCopy.class,
              PolicyReloads.class,
              PolicyStart.class)
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.quota.source..")
                  .or(belongToAnyOf(PolicyReloads.class, PolicyStart.class)));

  @ArchTest
  static final ArchRule thePublicApiShowsNoInternals =
      methods()
          .that()
          .areDeclaredInClassesThat(
              resideInAPackage("dev.quota..").and(not(resideInAPackage("dev.quota.internal.."))))
          .should(
              new ArchCondition<JavaMethod>("show no internal types where they are public") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  if (isPublic(method)) {
                    method.getAllInvolvedRawTypes().stream()
                        .filter(type -> type.getPackageName().startsWith("dev.quota.internal"))
                        .forEach(
                            type ->
                                events.add(
                                    SimpleConditionEvent.violated(
                                        method,
                                        method.getFullName() + " shows " + type.getName())));
                  }
                }
              });

  private static boolean isPublic(JavaMethod method) {
    JavaClass owner = method.getOwner();
    return owner.getModifiers().contains(JavaModifier.PUBLIC)
        && (method.getModifiers().contains(JavaModifier.PUBLIC)
            || method.getModifiers().contains(JavaModifier.PROTECTED));
  }

  /** An application names a store and nothing else of what stores are made of. */
  @ArchTest
  static final ArchRule thePublicApiShowsNothingOfTheStoresContract =
      methods()
          .that()
          .areDeclaredInClassesThat(
              resideInAPackage("dev.quota..")
                  .and(not(resideInAnyPackage("dev.quota.internal..", "dev.quota.spi.."))))
          .and()
          .doNotHaveFullName("dev.quota.QuotasBuilder.store(dev.quota.spi.QuotaStore)")
          .should(
              new ArchCondition<JavaMethod>("show no type of the contract of stores") {
                @Override
                public void check(JavaMethod method, ConditionEvents events) {
                  if (isPublic(method)) {
                    method.getAllInvolvedRawTypes().stream()
                        .filter(type -> type.getPackageName().equals("dev.quota.spi"))
                        .forEach(
                            type ->
                                events.add(
                                    SimpleConditionEvent.violated(
                                        method,
                                        method.getFullName() + " shows " + type.getName())));
                  }
                }
              });

  /** What the engine must know of a store, the store says by the contract. */
  @ArchTest
  static final ArchRule noStoreIsToldByItsClass =
      noClasses()
          .should(
              new ArchCondition<JavaClass>("ask whether a store is of a class") {
                @Override
                public void check(JavaClass type, ConditionEvents events) {
                  type.getInstanceofChecks().stream()
                      .filter(check -> check.getRawType().isAssignableTo(QuotaStore.class))
                      .forEach(
                          check ->
                              events.add(
                                  SimpleConditionEvent.satisfied(
                                      type, type.getName() + ":" + check.getLineNumber())));
                }
              });

  @ArchTest
  static final ArchRule theSpiDoesNotReachIntoTheStore =
      noClasses()
          .that()
          .resideInAPackage("dev.quota.spi..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.quota.internal..");
}

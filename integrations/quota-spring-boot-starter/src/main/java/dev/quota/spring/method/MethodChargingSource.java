package dev.quota.spring.method;

/**
 * Holds the parts that the charge of a method needs.
 *
 * @param charging the parts
 */
record MethodChargingSource(MethodCharging charging) {}

package dev.quota.spring.method;

/**
 * Holds what the charge of a method needs.
 *
 * @param charging it
 */
record MethodChargingSource(MethodCharging charging) {}

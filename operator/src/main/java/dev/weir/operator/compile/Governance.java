package dev.weir.operator.compile;

import dev.weir.operator.attach.Target;
import dev.weir.operator.validate.Verdict;
import dev.weir.operator.world.PolicyRef;
import java.util.List;

/**
 * What the compiler made of one object.
 *
 * @param generation of the object that was looked at
 * @param targets of the spec in force; empty without one
 * @param unresolved other references that lead nowhere: which, and what to do
 * @param enabled false when nothing of it is compiled, because it is switched off or was never
 *     accepted
 */
public record Governance<S>(
    PolicyRef ref,
    String uid,
    long generation,
    Verdict<S> verdict,
    List<Target> targets,
    List<String> unresolved,
    boolean enabled) {}

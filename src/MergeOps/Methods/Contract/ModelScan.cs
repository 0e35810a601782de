namespace MergeOps.Methods.Contract;

/// <summary>
/// What a method finds out about all tensors of a merge together before it merges one of them, in passes over their inputs. It
/// must not depend on the order in which the tensors come, nor on their tiles: every machine that makes a part of the merge
/// finds it out by itself.
/// </summary>
public abstract class ModelScan
{
    /// <summary>Whether the tensors must be passed (again).</summary>
    public abstract bool NeedsPass { get; }

    /// <summary>Looks at one tensor in flat runs of elements; several threads do so at the same time, each with its own tensor.</summary>
    /// <param name="inputs">The tensor; its parameters are those that it is merged with.</param>
    public abstract void Look(ITensorInputs inputs);

    /// <summary>Ends a pass, when every tensor was looked at once.</summary>
    public abstract void EndPass();
}

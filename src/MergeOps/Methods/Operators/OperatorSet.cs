using System.Collections.Immutable;

namespace MergeOps.Methods.Operators;

/// <summary>The operators of one kind of device, family by family.</summary>
internal sealed class OperatorSet
{
    private readonly ImmutableArray<IOperators> families;

    /// <summary>A set of one implementation of each family.</summary>
    public OperatorSet(params ImmutableArray<IOperators> families) => this.families = families;

    /// <summary>The implementation of a family.</summary>
    /// <exception cref="NotSupportedException">This kind of device has none.</exception>
    public T Get<T>()
        where T : class, IOperators
    {
        foreach (var family in families)
        {
            if (family is T wanted)
            {
                return wanted;
            }
        }

        throw new NotSupportedException($"this device has no {typeof(T).Name}");
    }
}

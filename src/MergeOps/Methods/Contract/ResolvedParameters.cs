using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>A parameter with its value for one tensor.</summary>
public sealed record ResolvedValue(ParameterDeclaration Parameter, ParameterValue Value);

/// <summary>The parameters of one tensor (or of one model's part in it), every level of the recipe already resolved.</summary>
public sealed class ResolvedParameters
{
    /// <summary>The parameters with their values, each once.</summary>
    public ResolvedParameters(IEnumerable<ResolvedValue> values)
    {
        ImmutableArray<ResolvedValue> given = [.. values];
        Values = given.Length < 2 ? given : given.Sort(static (one, other) => string.CompareOrdinal(one.Parameter.Name, other.Parameter.Name));
    }

    /// <summary>No parameters.</summary>
    public static ResolvedParameters Empty { get; } = new([]);

    /// <summary>The values in ordinal order of the parameters' names.</summary>
    public ImmutableArray<ResolvedValue> Values { get; }

    /// <summary>The value of a parameter, by the object that declares it; null when absent.</summary>
    public ParameterValue? Find(ParameterDeclaration parameter)
    {
        foreach (var value in Values)
        {
            if (ReferenceEquals(value.Parameter, parameter))
            {
                return value.Value;
            }
        }

        return null;
    }
}

using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>Whether a parameter belongs to each model or to the method as a whole.</summary>
public enum ParameterScope
{
    /// <summary>One value for the method: slice, module and top-level <c>parameters</c>; filters see the output tensor's name.</summary>
    Method,

    /// <summary>One value for each model: also the model's own <c>parameters</c>; filters see that model's input tensor name.</summary>
    Model,
}

/// <summary>What a parameter's value may be.</summary>
public enum ParameterKind
{
    /// <summary>A finite number.</summary>
    Number,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>true or false; 1, 1.0, 0 and 0.0 will do.</summary>
    Flag,

    /// <summary>One of <see cref="ParameterDeclaration.Choices"/>, or a flag if these contain <c>true</c> and <c>false</c>.</summary>
    Choice,

    /// <summary>A list of numbers that is one value, not a gradient over the layers.</summary>
    Numbers,
}

/// <summary>What a number does, in addition to its help, for advice on recipes.</summary>
public enum ParameterRole
{
    /// <summary>Nothing that advice could build on.</summary>
    Other,

    /// <summary>The way from the base, at 0, to the other model, at 1.</summary>
    Position,

    /// <summary>The share of one model: 0 takes nothing of it.</summary>
    Share,
}

/// <summary>
/// A parameter as its method declares it: the validator, the JSON schema, <c>explain</c> and the method's page read it, and
/// the method reads its value by the same object.
/// </summary>
/// <param name="name">The key in the recipe.</param>
/// <param name="scope">Whose it is.</param>
/// <param name="kind">What its value may be.</param>
/// <param name="fallback">The value when no level of the recipe gives one; null makes the parameter required.</param>
/// <param name="help">One line for people, ending without a full stop.</param>
public abstract class ParameterDeclaration(string name, ParameterScope scope, ParameterKind kind, ParameterValue? fallback, string help)
{
    /// <summary>The key in the recipe.</summary>
    public string Name { get; } = name;

    /// <summary>Whose it is.</summary>
    public ParameterScope Scope { get; } = scope;

    /// <summary>What its value may be.</summary>
    public ParameterKind Kind { get; } = kind;

    /// <summary>The value when no level of the recipe gives one; null makes the parameter required, unless it is optional.</summary>
    public ParameterValue? Default { get; } = fallback;

    /// <summary>One line for people, ending without a full stop.</summary>
    public string Help { get; } = help;

    /// <summary>The smallest allowed number, included.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The largest allowed number, included.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>The allowed names of a <see cref="ParameterKind.Choice"/>.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Accepted for mergekit's sake, without effect on any byte (such as <c>int8_mask</c>).</summary>
    public bool HasNoEffect { get; init; }

    /// <summary>May be absent although it has no default (such as the scale of passthrough).</summary>
    public bool IsOptional { get; init; }

    /// <summary>Counts for token embeddings and output heads alone: the parameters of other tensors do not have it.</summary>
    public bool OnlyTokenRows { get; init; }

    /// <summary>What the number does, for advice.</summary>
    public ParameterRole Role { get; init; }

    /// <summary>What an allowed value does that is seldom intended, to follow « 'lambda' is 0: »; null for ordinary values. Becomes a warning.</summary>
    public Func<double, string?>? Doubt { get; init; }

    /// <summary>Whether a recipe must give it.</summary>
    public bool IsRequired => Default is null && !IsOptional;

    /// <summary>The value in a set of parameters.</summary>
    /// <exception cref="ArgumentException">The set has none: the parameter is another method's, or may be absent and is.</exception>
    private protected ParameterValue In(ResolvedParameters parameters) =>
        parameters.Find(this) ?? throw new ArgumentException($"'{Name}' is not among these parameters", nameof(parameters));
}

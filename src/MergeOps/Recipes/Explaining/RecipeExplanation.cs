using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Resolution;

namespace MergeOps.Recipes.Explaining;

/// <summary>A tensor of an input, as its parameters are looked up.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tensor">The tensor's name in that model, which filters of its parameters see.</param>
/// <param name="Levels">The model's levels; null for the base, which has no parameters.</param>
/// <param name="Elements">Where its elements come from; null for the stored tensor of that name.</param>
internal sealed record ExplainedSource(string Model, string Tensor, ParameterLevels? Levels, ExplainedElements? Elements = null);

/// <summary>One input of an explained tensor with the values that hold for it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Tensor">The tensor's name in that model.</param>
/// <param name="IsBase">Whether it is the base.</param>
/// <param name="Parameters">Its parameters in the method's order; empty for the base.</param>
/// <param name="Elements">Where its elements come from; null for the stored tensor of that name.</param>
internal sealed record ExplainedInput(string Model, string Tensor, bool IsBase, ImmutableArray<ResolvedParameter> Parameters, ExplainedElements? Elements)
{
    /// <summary>Its share in the result, where the method finds that by itself.</summary>
    public double? Share { get; init; }
}

/// <summary>A post-processor of an explained tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">Its parameters.</param>
internal sealed record ExplainedPost(string Name, ImmutableArray<(string Name, string Value)> Parameters);

/// <summary>What was measured of a model for an explained tensor.</summary>
/// <param name="Kind">What was measured.</param>
/// <param name="Model">The model.</param>
/// <param name="File">The file; null where no token reached the tensor.</param>
/// <param name="Tensors">The tensors there.</param>
internal sealed record ExplainedStatistic(string Kind, string Model, string? File, ImmutableArray<string> Tensors);

/// <summary>Every parameter's value for one output tensor and the place that gave it.</summary>
/// <param name="Tensor">The output tensor's name.</param>
/// <param name="Position">The argument of gradients, from 0 to 1.</param>
/// <param name="Method">The method's name.</param>
/// <param name="Parameters">The method's own parameters in its order.</param>
/// <param name="Inputs">The inputs in the recipe's order.</param>
internal sealed record RecipeExplanation(
    string Tensor,
    double Position,
    string Method,
    ImmutableArray<ResolvedParameter> Parameters,
    ImmutableArray<ExplainedInput> Inputs)
{
    /// <summary>What changes the merged tensor once more, with its parameters.</summary>
    public ImmutableArray<ExplainedPost> Post { get; init; } = [];

    /// <summary>The statistics by which it is merged.</summary>
    public ImmutableArray<ExplainedStatistic> Statistics { get; init; } = [];

    /// <summary>Resolves everything for one tensor.</summary>
    /// <param name="method">The recipe's method.</param>
    /// <param name="tensor">The output tensor's name.</param>
    /// <param name="position">The layer's position in its slice.</param>
    /// <param name="levels">The levels of the method's own parameters.</param>
    /// <param name="sources">The inputs in the recipe's order.</param>
    public static RecipeExplanation Of(
        MergeMethod method, string tensor, double position, ParameterLevels levels, IEnumerable<ExplainedSource> sources)
    {
        var own = All(method, ParameterScope.Method, levels, tensor, position);
        ImmutableArray<ExplainedInput> inputs =
        [
            .. sources.Select(source => new ExplainedInput(
                source.Model,
                source.Tensor,
                source.Levels is null,
                source.Levels is { } ofModel ? All(method, ParameterScope.Model, ofModel, source.Tensor, position) : [],
                source.Elements)),
        ];
        return new(tensor, position, method.Name, own, WithShares(method, own, inputs));
    }

    private static ImmutableArray<ExplainedInput> WithShares(MergeMethod method, ImmutableArray<ResolvedParameter> own, ImmutableArray<ExplainedInput> inputs)
    {
        var parameters = ValuesOf(own);
        ImmutableArray<ResolvedParameters> models = [.. inputs.Where(input => !input.IsBase).Select(input => ValuesOf(input.Parameters))];
        if (method.Refuses(parameters, models) is not null || method.SharesOf(parameters, models) is not [_, ..] shares)
        {
            return inputs;
        }

        var next = 0;
        return [.. inputs.Select(input => input.IsBase ? input : input with { Share = shares[next++] })];
    }

    private static ResolvedParameters ValuesOf(IEnumerable<ResolvedParameter> parameters) =>
        new(from parameter in parameters where parameter.Value is not null select new ResolvedValue(parameter.Declaration, parameter.Value!));

    private static ImmutableArray<ResolvedParameter> All(
        MergeMethod method, ParameterScope scope, ParameterLevels levels, string tensor, double position) =>
    [
        .. method.Parameters
            .Where(parameter => parameter.Scope == scope && !parameter.HasNoEffect)
            .Select(parameter => ParameterResolver.Resolve(parameter, levels, tensor, position)),
    ];
}

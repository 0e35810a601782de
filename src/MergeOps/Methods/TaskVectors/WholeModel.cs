using System.Collections.Immutable;
using MergeOps.Methods.Contract;

namespace MergeOps.Methods.TaskVectors;

/// <summary>What methods share that rank the entries of a task vector over the whole model.</summary>
internal static class WholeModel
{
    private const string Model = "model";

    /// <summary>Whether entries are ranked in their tensor or in the whole model.</summary>
    public static ChoiceParameter Scope { get; } = new(
        "scope", ParameterScope.Method, null, "model ranks the entries of all tensors of one density together, tensor those of each tensor by themselves")
    {
        Choices = ["tensor", Model],
        IsOptional = true,
    };

    /// <summary>Whether the whole model is ranked.</summary>
    /// <param name="parameters">The method's parameters for the tensor.</param>
    /// <param name="byDefault">Whether it is where a recipe does not say.</param>
    public static bool IsMeant(ResolvedParameters parameters, bool byDefault) => Scope.Find(parameters) is { } scope ? scope == Model : byDefault;

    /// <summary>How often the model is passed; 0 where no model drops anything.</summary>
    public static int PassesOf(NumberParameter density, ImmutableArray<ResolvedParameters> models, bool isDouble) =>
        models.Any(model => density.Of(model) < 1) ? ModelThresholds.PassesOf(isDouble) : 0;

    /// <summary>What drops the entries of one model.</summary>
    /// <param name="inputs">The tensor.</param>
    /// <param name="model">The model's index.</param>
    /// <param name="density">Its density.</param>
    public static ThresholdSparsifier Sparsifier(ITensorInputs inputs, int model, double density) =>
        new(inputs.Scanned<ModelThresholds>().Of(inputs.ModelNumbers[model], density), density);
}

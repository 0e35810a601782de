using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;

namespace MergeOps.Recipes.Resolution;

/// <summary>
/// Finds a parameter's value for one tensor as mergekit does: the nearest level that yields a value wins, a list of
/// filters in which none matches falls through to the next level, then the default.
/// </summary>
internal static class ParameterResolver
{
    /// <summary>
    /// The position of a layer in its output slice, the argument of gradients: k / (L - 1), and 1 for the only layer.
    /// Tensors outside the layers (embeddings, final norm, output head) stand at <see cref="OutsideLayers"/>.
    /// </summary>
    public static double PositionOf(int layer, int layers) => layers == 1 ? LastLayer : (double)layer / (layers - 1);

    /// <summary>The position of the last layer, and of what follows it to predict tokens further ahead.</summary>
    public const double LastLayer = 1;

    /// <summary>The position of tensors outside the layers: gradients give them their first value.</summary>
    public const double OutsideLayers = 0;

    /// <summary>One parameter's value for a tensor.</summary>
    /// <param name="declaration">The parameter.</param>
    /// <param name="levels">The blocks that apply.</param>
    /// <param name="tensorName">The OUTPUT name for a parameter of the method, that model's INPUT name for one of a model.</param>
    /// <param name="position">The layer's position in its slice, from 0 to 1.</param>
    public static ResolvedParameter Resolve(
        ParameterDeclaration declaration, ParameterLevels levels, string tensorName, double position)
    {
        foreach (var setting in levels.SettingsOf(declaration))
        {
            if (Applies(setting, tensorName) is { } applied)
            {
                return new(declaration, ValueAt(applied, position), applied.Span);
            }
        }

        return new(declaration, declaration.Default, null);
    }

    /// <summary>The method's own parameters for an output tensor; each missing one is an error at the place of <c>merge_method</c>.</summary>
    public static ResolvedParameters ForMethod(
        MergeMethod method, ParameterLevels levels, string outputName, double position, SourceSpan mergeMethod, DiagnosticBag diagnostics) =>
        All(Of(method, ParameterScope.Method), levels, outputName, position, missing =>
            diagnostics.Error(Codes.ParameterMissing, Missing(method.Name, missing, "", outputName), mergeMethod));

    /// <summary>One model's parameters for its part in an output tensor; each missing one is an error. The base has none.</summary>
    public static ResolvedParameters ForModel(
        MergeMethod method, ParameterLevels levels, RecipeInput input, string inputName, double position, DiagnosticBag diagnostics) =>
        All(Of(method, ParameterScope.Model), levels, inputName, position, missing =>
            diagnostics.Error(
                Codes.ParameterMissing,
                Missing(method.Name, missing, $" for {TerminalText.Quoted(input.Model.Value.ToString())}", inputName),
                input.Model.Span));

    /// <summary>A post-processor's parameters for an output tensor; each missing one is an error.</summary>
    public static ResolvedParameters ForPost(PostSetting post, string outputName, double position, DiagnosticBag diagnostics)
    {
        var levels = new ParameterLevels([], [], [], post.Parameters);
        var processor = post.Processor.Value;
        return All(processor.Parameters, levels, outputName, position, missing =>
            diagnostics.Error(Codes.ParameterMissing, Missing(processor.Name, missing, "", outputName), post.Processor.Span));
    }

    private static string Missing(string name, ParameterDeclaration missing, string forModel, string tensorName) =>
        $"'{name}' needs '{missing.Name}'{forModel} ({missing.Help}), and no level of the recipe gives it for tensor "
        + $"{TerminalText.Quoted(tensorName)}. Add an entry without 'filter' at the end of its list, or one value for all tensors.";

    private static IEnumerable<ParameterDeclaration> Of(MergeMethod method, ParameterScope scope) => method.Parameters.Where(parameter => parameter.Scope == scope);

    private static ResolvedParameters All(
        IEnumerable<ParameterDeclaration> declarations, ParameterLevels levels, string tensorName, double position, Action<ParameterDeclaration> missing)
    {
        var values = new List<ResolvedValue>();
        foreach (var declaration in declarations)
        {
            if (Resolve(declaration, levels, tensorName, position).Value is { } value)
            {
                values.Add(new(declaration, value));
            }
            else if (declaration.IsRequired)
            {
                missing(declaration);
            }
        }

        return values.Count == 0 ? ResolvedParameters.Empty : new(values);
    }

    private static ParameterSetting? Applies(ParameterSetting setting, string tensorName) => setting switch
    {
        FilteredSetting filtered => filtered.Entries.FirstOrDefault(entry => Matches(entry.Filter?.Value, tensorName))?.Value,
        _ => setting,
    };

    private static bool Matches(string? filter, string tensorName) =>
        filter is null or FilterText.Everything || tensorName.Contains(filter, StringComparison.Ordinal);

    private static ParameterValue ValueAt(ParameterSetting setting, double position) => setting switch
    {
        ScalarSetting scalar => scalar.Value,
        GradientSetting gradient => ParameterValue.Of(Interpolated(gradient.Values, position)),
        _ => throw new ArgumentException($"a {setting.GetType().Name} has no value of its own", nameof(setting)),
    };

    private static double Interpolated(ImmutableArray<Located<double>> values, double position)
    {
        var x = position * (values.Length - 1);
        var i = (int)Math.Floor(x);
        var fraction = x - i;
        var next = Math.Min(values.Length - 1, i + 1);
        return ((1 - fraction) * values[i].Value) + (fraction * values[next].Value);
    }
}

using System.Collections.Immutable;
using MergeOps.Architectures;
using MergeOps.Diagnostics;
using MergeOps.Recipes;

namespace MergeOps.Planning;

/// <summary>Which modules of the base the recipe wants in the adapter, by their names or, as in PEFT, by the ends of them.</summary>
internal sealed class LoraChoice
{
    private readonly LoraOutputSettings settings;
    private readonly ImmutableSortedSet<string> modules;

    /// <summary>Looks at the names that the recipe gives; those that no module has go into the bag as errors.</summary>
    /// <param name="settings">What the recipe says.</param>
    /// <param name="tensors">The names of the base's tensors, and of those that the output has beside them.</param>
    /// <param name="diagnostics">Takes what is found.</param>
    public LoraChoice(LoraOutputSettings settings, IEnumerable<string> tensors, DiagnosticBag diagnostics)
    {
        this.settings = settings;
        modules = [.. tensors.Select(ModuleOf)];
        foreach (var name in settings.TargetModules.Concat(settings.ExcludedModules).Concat(settings.SavedModules).Where(name => !modules.Any(module => TensorNames.EndsWith(module, name.Value))))
        {
            var known = modules.Select(LastPartOf).Distinct(StringComparer.Ordinal).ToList();
            diagnostics.Error(
                Codes.LoraModuleUnknown,
                $"No module of the base is called {TerminalText.Quoted(name.Value)}.{NearestName.Suggestion(name.Value, known)} Write the whole name of a module, or whole parts of its end.",
                name.Span);
        }
    }

    /// <summary>The module of a tensor: its name without the last part.</summary>
    public static string ModuleOf(string tensor) => tensor.LastIndexOf('.') is > 0 and var dot ? tensor[..dot] : tensor;

    /// <summary>Whether the recipe says which modules get factors.</summary>
    public bool NamesTargets => !settings.TargetModules.IsEmpty;

    /// <summary>Whether the recipe names a module as one that gets factors.</summary>
    public bool IsTarget(string module) => IsAmong(settings.TargetModules, module) && !IsExcluded(module);

    /// <summary>Whether the recipe names a module as one that keeps the base's weights.</summary>
    public bool IsExcluded(string module) => IsAmong(settings.ExcludedModules, module);

    /// <summary>Whether the recipe wants a module whole.</summary>
    public bool IsSaved(string module) => IsAmong(settings.SavedModules, module);

    /// <summary>The shortest names that mean these modules and no others: their last parts where all of one last part are meant.</summary>
    /// <param name="chosen">The modules.</param>
    /// <param name="isWholePart">Whether a name means whole parts between dots, as 'target_modules' do; 'modules_to_save' mean any end.</param>
    public ImmutableArray<string> NamesFor(IReadOnlyCollection<string> chosen, bool isWholePart) =>
    [
        .. chosen.GroupBy(LastPartOf, StringComparer.Ordinal)
            .SelectMany(alike => modules.Where(module => isWholePart ? TensorNames.EndsWith(module, alike.Key) : module.EndsWith(alike.Key, StringComparison.Ordinal)).All(alike.Contains) ? [alike.Key] : alike.AsEnumerable())
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsAmong(ImmutableArray<Located<string>> names, string module) => names.Any(name => TensorNames.EndsWith(module, name.Value));

    private static string LastPartOf(string module) => module[(module.LastIndexOf('.') + 1)..];
}

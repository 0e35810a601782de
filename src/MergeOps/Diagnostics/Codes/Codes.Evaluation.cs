namespace MergeOps.Diagnostics;

/// <summary>Every stable code with its fixed summary; one file for each hundred.</summary>
internal static partial class Codes
{
    /// <summary>MOPS601: a measured value misses its bound, or there is no value.</summary>
    public static DiagnosticCode GateNotMet { get; } = new("MOPS601", "Gate failed", FailureKind.Decision);

    /// <summary>MOPS602: the recipe names a file that is not there or may not be used.</summary>
    public static DiagnosticCode EvaluationFileNotFound { get; } = new("MOPS602", "A data file cannot be used");

    /// <summary>MOPS603: the system refuses to read a file that is there.</summary>
    public static DiagnosticCode EvaluationFileUnreadable { get; } = new("MOPS603", "A data file cannot be read", FailureKind.Environment);

    /// <summary>MOPS604: a line is not an object with the keys that the task's kind asks for.</summary>
    public static DiagnosticCode TaskItemMalformed { get; } = new("MOPS604", "Invalid task item");

    /// <summary>MOPS605: two items share one prompt.</summary>
    public static DiagnosticCode TaskItemRepeated { get; } = new("MOPS605", "Duplicate task item");

    /// <summary>MOPS606: a file, a line or the number of items is over its cap, or there is nothing in it.</summary>
    public static DiagnosticCode EvaluationDataSize { get; } = new("MOPS606", "A data file is empty or too large");

    /// <summary>MOPS607: two tasks or texts share a name, or one takes a reserved name.</summary>
    public static DiagnosticCode EvaluationNameTaken { get; } = new("MOPS607", "Duplicate name of a task or text");

    /// <summary>MOPS608: a task's expert is not among the recipe's models.</summary>
    public static DiagnosticCode ExpertUnknown { get; } = new("MOPS608", "A task's expert is not one of the recipe's models");

    /// <summary>MOPS609: a task names a kind that does not exist.</summary>
    public static DiagnosticCode TaskKindUnknown { get; } = new("MOPS609", "A task's kind does not exist");

    /// <summary>MOPS610: a gate's metric names nothing that is measured.</summary>
    public static DiagnosticCode GateMetricUnknown { get; } = new("MOPS610", "Unknown metric in a gate");

    /// <summary>MOPS611: a gate has no bound, or bounds that no value meets.</summary>
    public static DiagnosticCode GateBoundsUnusable { get; } = new("MOPS611", "Invalid bounds of a gate");

    /// <summary>MOPS612: a gate compares with something that does not exist.</summary>
    public static DiagnosticCode GateComparisonUnknown { get; } = new("MOPS612", "Unknown baseline in a gate");

    /// <summary>MOPS613: a file of another harness is not there or not one.</summary>
    public static DiagnosticCode ResultsUnusable { get; } = new("MOPS613", "A results file cannot be used");

    /// <summary>MOPS614: the command of the repository's settings did not give scores.</summary>
    public static DiagnosticCode ScoringFailed { get; } = new("MOPS614", "The scoring command failed", FailureKind.Environment);

    /// <summary>MOPS615: the items cannot tell whether a measured value keeps its bound.</summary>
    public static DiagnosticCode GateUndecided { get; } = new("MOPS615", "A gate is undecided", FailureKind.Decision);

    /// <summary>MOPS616: a plan shows that the gate's figure can never be measured here.</summary>
    public static DiagnosticCode GateWithoutScore { get; } = new("MOPS616", "A gate can never be decided", FailureKind.Decision);

    /// <summary>MOPS617: a line of a file of samples is none.</summary>
    public static DiagnosticCode SampleMalformed { get; } = new("MOPS617", "Invalid sample of another harness");

    /// <summary>MOPS618: the items of a task are well-formed, and a figure cannot be made of them.</summary>
    public static DiagnosticCode ItemsMeasureNothing { get; } = new("MOPS618", "A task's items cannot be measured");

    /// <summary>MOPS619: a task file of lm-evaluation-harness has what is not read here, or lacks what is needed.</summary>
    public static DiagnosticCode HarnessTaskUnusable { get; } = new("MOPS619", "A task file of lm-evaluation-harness cannot be used");

    /// <summary>MOPS620: the merged files are not what was planned.</summary>
    public static DiagnosticCode StructureBroken { get; } = new("MOPS620", "The merged model fails a structural check", FailureKind.Decision);

    /// <summary>MOPS621: remembered scores are unusable and are measured again.</summary>
    public static DiagnosticCode RememberedScoresCorrupt { get; } = new("MOPS621", "Cached scores are damaged and will be measured again");

    /// <summary>MOPS622: the folder of remembered scores cannot be written.</summary>
    public static DiagnosticCode ScoresNotRemembered { get; } = new("MOPS622", "Scores cannot be cached", FailureKind.Environment);

    /// <summary>MOPS623: a model has no forward pass here.</summary>
    public static DiagnosticCode NotEvaluated { get; } = new("MOPS623", "A model is not evaluated");

    /// <summary>MOPS635: the keys of a task contradict each other.</summary>
    public static DiagnosticCode TaskSettingsUnusable { get; } = new("MOPS635", "A task's settings contradict each other");

    /// <summary>MOPS636: models are compared on a task although they pool, are prompted or cut texts differently.</summary>
    public static DiagnosticCode ConditionsDiffer { get; } = new("MOPS636", "Models are scored with different prompts, pooling or text lengths");

    /// <summary>MOPS637: vectors of the published version find other neighbors than those of the merged model.</summary>
    public static DiagnosticCode ReindexNeeded { get; } = new("MOPS637", "Stored vectors must be recomputed");

    /// <summary>MOPS638: a model's answers reach the largest number of tokens before they end.</summary>
    public static DiagnosticCode AnswersCutOff { get; } = new("MOPS638", "Answers are cut off");

    /// <summary>MOPS639: a score cannot be given to a benchmark on the Hub as the recipe says.</summary>
    public static DiagnosticCode BenchmarkUnusable { get; } = new("MOPS639", "The score cannot be published for this benchmark");

    /// <summary>MOPS624: an evaluation file is not one, or a newer one.</summary>
    public static DiagnosticCode EvaluationUnreadable { get; } = new("MOPS624", "Invalid evaluation file");

    /// <summary>MOPS654: a task or text got worse by more than its interval, and no gate names it.</summary>
    public static DiagnosticCode FallWithoutGate { get; } = new("MOPS654", "Something got worse that no gate covers");

    /// <summary>MOPS660: a recipe searches numbers, and none are chosen yet.</summary>
    public static DiagnosticCode NotChosenYet { get; } = new("MOPS660", "Numbers in the recipe are not chosen yet");

    /// <summary>MOPS661: the file of chosen numbers is not one, or a newer one.</summary>
    public static DiagnosticCode ChosenUnreadable { get; } = new("MOPS661", "Invalid file of chosen numbers");

    /// <summary>MOPS662: the numbers were chosen from other models, another recipe, another space or other data.</summary>
    public static DiagnosticCode ChosenStale { get; } = new("MOPS662", "The chosen numbers are out of date");

    /// <summary>MOPS663: an item decides which numbers are chosen, and then measures them.</summary>
    public static DiagnosticCode ItemsShared { get; } = new("MOPS663", "Validation items are test items");

    /// <summary>MOPS664: a recipe that searches nothing is searched.</summary>
    public static DiagnosticCode NothingToSearch { get; } = new("MOPS664", "The recipe has no search");

    /// <summary>MOPS665: no point of a search has a score.</summary>
    public static DiagnosticCode NothingScored { get; } = new("MOPS665", "No point of the search has a score");

    /// <summary>MOPS666: the objective's command is not in the settings.</summary>
    public static DiagnosticCode CommandUnknown { get; } = new("MOPS666", "The objective's command is not in the settings");

    /// <summary>MOPS667: coefficients are learned on items that judge them afterwards.</summary>
    public static DiagnosticCode LearnedItemsShared { get; } = new("MOPS667", "Learning items are validation or test items");

    /// <summary>MOPS668: a loss is NaN or infinite.</summary>
    public static DiagnosticCode LossNotFinite { get; } = new("MOPS668", "The loss is not a number");
}

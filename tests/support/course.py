"""The events of a round that goes as planned, as its timeline tells them."""

COURSE = (
    "TopicDefined",
    "TopicSubmitted",
    "TopicApproved",
    "TopicPublished",
    "CollectionOpened",
    "CollectionClosed",
    "AnalysisStarted",
    "AnalysisCompleted",
    "AnnouncementRequested",
    "DecisionAnnounced",
    "TopicClosed",
)

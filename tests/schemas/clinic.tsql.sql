SET ANSI_NULLS ON
GO
CREATE TABLE [dbo].[Ward](
	[WardId] [int] IDENTITY(1,1) NOT NULL,
	[Name] [nvarchar](50) NOT NULL,
	[Beds] [smallint] NOT NULL,
 CONSTRAINT [PK_Ward] PRIMARY KEY CLUSTERED ([WardId] ASC)
)
GO
CREATE TABLE [dbo].[Patient](
	[PatientId] [uniqueidentifier] NOT NULL DEFAULT (newid()) PRIMARY KEY,
	[FirstName] [nvarchar](40) NOT NULL,
	[LastName] [nvarchar](40) NOT NULL,
	[Phone] [varchar](24) NULL,
	[Born] [date] NOT NULL,
	[IsInsured] [bit] NOT NULL,
	[Notes] [nvarchar](max) NULL
)
GO
CREATE TABLE [dbo].[Stay](
	[StayId] [bigint] IDENTITY(1,1) NOT NULL PRIMARY KEY,
	[PatientId] [uniqueidentifier] NOT NULL,
	[WardId] [int] NULL,
	[Admitted] [datetime2](0) NOT NULL,
	[Discharged] [datetime2](0) NULL,
	[Cost] [money] NULL,
	[Severity] [tinyint] NOT NULL
)
GO
ALTER TABLE [dbo].[Stay] WITH CHECK ADD CONSTRAINT [FK_Stay_Patient] FOREIGN KEY([PatientId]) REFERENCES [dbo].[Patient] ([PatientId])
GO
ALTER TABLE [dbo].[Stay] CHECK CONSTRAINT [FK_Stay_Patient]
GO
ALTER TABLE [dbo].[Stay] WITH CHECK ADD CONSTRAINT [FK_Stay_Ward] FOREIGN KEY([WardId]) REFERENCES [dbo].[Ward] ([WardId])
GO
ALTER TABLE [dbo].[Stay] ADD CONSTRAINT [CK_Severity] CHECK ([Severity] >= 1 AND [Severity] <= 5)
GO
ALTER TABLE [dbo].[Stay] ADD CONSTRAINT [CK_Days] CHECK ([Discharged] >= [Admitted])
GO
